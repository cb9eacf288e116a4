"""Posts and bodies by the names that offices write: found whatever the accents and spaces, else with what was probably meant."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Final

from rules.pack import Pack
from rules.pack.model import Post
from rules.said import Said, either
from workflow.roster.headers import squashed

_PARTS: Final = re.compile(r"[;,/\n]|\s+-\s+")
_AND: Final = re.compile(r"\s+(?:và|cùng)\s+", re.IGNORECASE)
_SHORTEST: Final = 6
"""Letters of a short form, such as "vanphong"."""
_LEAD: Final = re.compile(r"^(?:các|toàn bộ|[-+•*])\s*", re.IGNORECASE)


class NotFoundByName(Exception):
    """A name that is nobody's, or that may be several posts'. `reason` says so, `todo` what to write instead."""

    def __init__(self, reason: str, todo: str) -> None:
        self.reason, self.todo = reason, todo
        super().__init__(reason)


@dataclass(frozen=True)
class Directory:
    """Who a plan of the pack may name."""

    pack: Pack

    @cached_property
    def _posts(self) -> dict[str, str]:
        return {key: post.id for post in reversed(self.pack.model.pack.posts) for key in _keys(post.id, post.label.vi, post.label.en)}  # fmt: skip

    @cached_property
    def _bodies(self) -> dict[str, str]:
        return {key: body.id for body in reversed(self.pack.model.pack.bodies) for key in _keys(body.id, body.label.vi, body.label.en)}  # fmt: skip

    @cached_property
    def _both(self) -> dict[str, str]:
        return {**self._bodies, **self._posts}

    def label(self, code: str) -> str:
        """Return what a post or body is called in a spreadsheet: a name that is read back as the same one."""
        post = self.pack.posts.get(code)
        body = next((body for body in self.pack.model.pack.bodies if body.id == code), None)
        name = post.label.vi if post is not None else body.label.vi if body is not None else code
        return name if self._both.get(squashed(name)) == code else code

    def owner(self, text: str) -> Post:
        """Return the one accountable post that a cell names. Raises NotFoundByName."""
        for key in dict.fromkeys((squashed(text), squashed(_LEAD.sub("", text)))):
            if key in self._posts:
                return self.pack.posts[self._posts[key]]
            if key in self._bodies:
                return self._post_of(self._bodies[key], text)
        several = [part for part in _split(text) if squashed(part) in self._both]
        if len(several) > 1:
            raise NotFoundByName(
                Said("ghi %(n)s đơn vị chủ trì; mỗi việc chỉ có một", n=len(several)),
                Said("Để lại một đơn vị chủ trì, chuyển đơn vị kia sang cột “Đơn vị phối hợp”"),
            )
        short = _meant(squashed(text), self._posts) if not several else None
        if short is not None:
            return self.pack.posts[short]
        raise self._unknown(text, [post.label.vi for post in self.pack.model.pack.posts])

    def support(self, text: str) -> tuple[str, ...]:
        """Return the codes of the posts and bodies that a cell lists, each once. Raises NotFoundByName for the first that is nobody."""
        found: dict[str, None] = {}
        parts = list(_split(text))
        place = 0
        while place < len(parts):
            for length in range(len(parts) - place, 0, -1):
                code = self._both.get(squashed(", ".join(parts[place : place + length])))
                if code is not None:
                    found[code] = None
                    place += length
                    break
            else:
                short = _meant(squashed(parts[place]), self._both)
                found.update(dict.fromkeys([short] if short is not None else self._in_one(parts[place])))
                place += 1
        return tuple(found)

    def _in_one(self, text: str) -> Iterator[str]:
        """Yield who stands in a part that lists several without a comma: "A và B", or one below the other in a cell."""
        words = [word for part in _AND.split(_LEAD.sub("", text)) for word in [*part.split(), ""]]
        place = 0
        while place < len(words):
            if not words[place] or words[place] in ("-", "+", "•"):
                place += 1
                continue
            for length in range(len(words) - place, 0, -1):
                code = self._both.get(squashed(" ".join(words[place : place + length])))
                if code is not None and all(words[place : place + length]):
                    yield code
                    place += length
                    break
            else:
                head = self.pack.model.pack
                raise self._unknown(
                    text, [post.label.vi for post in head.posts] + [body.label.vi for body in head.bodies]
                )

    def _post_of(self, body: str, text: str) -> Post:
        """Return the post that answers for a body: its only plan owner, or its only post."""
        posts = [post for post in self.pack.model.pack.posts if post.body == body and post.role != "superior"]
        heads = [post for post in posts if post.role == "plan_owner"]
        chosen = heads if len(heads) == 1 and not any(post.role == "chair" for post in posts) else posts
        if len(chosen) == 1:
            return chosen[0]
        if not chosen:
            raise NotFoundByName(
                Said("“%(name)s” chưa có chức danh nào chịu trách nhiệm trong đợt này", name=text[:80]),
                Said("Ghi một chức danh khác, như %(posts)s", posts=self._some()),
            )
        raise NotFoundByName(
            Said("“%(name)s” có nhiều chức danh", name=text[:80]),
            Said("Ghi rõ %(posts)s", posts=either(f"“{post.label.vi}”" for post in chosen)),
        )

    def _unknown(self, text: str, labels: Iterable[str]) -> NotFoundByName:
        known = {squashed(label): label for label in labels}
        near = get_close_matches(squashed(text), known, n=1, cutoff=0.6)
        todo = (
            Said("Có phải “%(meant)s”? Nếu đúng, ghi như vậy", meant=known[near[0]])
            if near
            else Said("Ghi một đơn vị hoặc chức danh của đợt, như %(posts)s", posts=self._some())
        )
        return NotFoundByName(Said("không có đơn vị hay chức danh “%(name)s”", name=text[:80]), todo)

    def _some(self) -> str:
        return ", ".join(f"“{post.label.vi}”" for post in self.pack.model.pack.posts[:3])


def _keys(code: str, vi: str, en: str | None) -> list[str]:
    """Return the ways a name is known by: as it is, and its first part, before a comma."""
    names = [vi.partition(",")[0], en or "", vi, _LEAD.sub("", vi), code]
    return [key for key in map(squashed, names) if key]


def _meant(key: str, known: Mapping[str, str]) -> str | None:
    """Return the one code of which `key` is a part of a name, such as "Văn phòng"; None if it is none's, or several'."""
    codes = {code for name, code in known.items() if key in name} if len(key) >= _SHORTEST else set()
    return codes.pop() if len(codes) == 1 else None


def _split(text: str) -> Iterator[str]:
    return (part for part in (_LEAD.sub("", each.strip(" .")) for each in _PARTS.split(text)) if part)
