"""Turns a filled-in form into the plan of a unit. Everything wrong with it is said at once, each at its place."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NoReturn

from rules.pack import Pack
from rules.pack.model import Post
from rules.pack.wording import did_you_mean, one_of
from workflow.actions.found_unit import AreaPlan, BodyPlan, PersonPlan, PostPlan, TeamPlan, UnitPlan
from workflow.actions.manage_places import BODY_KINDS
from workflow.actions.organisation_input import CODE, LOGIN, LONGEST_CODE, LONGEST_NAME
from workflow.people.names import fold
from workflow.setup.form import NEEDED, SECTIONS, Form, FormRow, SetupRefused

UNIT_CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_YES: Final = frozenset({"co", "x", "yes", "true", "1"})
_NO: Final = frozenset({"khong", "no", "false", "0", ""})
_PLACES: Final = {"area": "địa bàn", "team": "tổ công tác", "body": "bộ phận"}


def plan_of(form: Form, pack: Pack, *, is_demo: bool = False) -> UnitPlan:
    """Return the plan of the unit that the form describes, with every post that the pack knows.

    Posts that nobody was named for exist all the same, vacant: ladders and owners name them. Raises SetupRefused with every
    finding.
    """
    return _Judge(form, pack).plan(is_demo=is_demo)


def refuse_without_pack(form: Form) -> NoReturn:
    """Raise SetupRefused for a form whose pack is not known, with all that can be said of the rest of it."""
    judge = _Judge(form, None)
    judge.plan(is_demo=False)
    raise SetupRefused(form.findings)


class _Judge:
    """Judges a form. Without a pack nothing is said of what only a pack can tell: which posts there are, and where."""

    def __init__(self, form: Form, pack: Pack | None) -> None:
        self.form, self.pack = form, pack
        self.used: dict[str, str] = {}

    def plan(self, *, is_demo: bool) -> UnitPlan:
        for section in NEEDED:
            if not self.form.rows(section):
                self.form.say(
                    "missing",
                    self.form.source,
                    f"thiếu mục “{SECTIONS[section][0]}” ({section}), hoặc mục đó còn trống",
                )
        unit = next(iter(self.form.rows("unit")), None)
        code = self._code(unit, "code", UNIT_CODE, "phuong-mau") if unit else ""
        name = self._name(unit, "name") if unit else ""
        areas = list(self._areas())
        teams = list(self._teams({area.code for area in areas}))
        bodies = list(self._bodies())
        people = list(self._people())
        posts = list(self._posts(areas, teams, bodies, {person.login for person in people}))
        if self.form.findings or unit is None:
            raise SetupRefused(self.form.findings)
        return UnitPlan(
            code=code, name=name, kind=unit.text("kind") or "xã", areas=areas, teams=teams, posts=posts, people=people,
            bodies=bodies, parent=unit.text("parent") or None, is_demo=is_demo,
        )  # fmt: skip

    def _areas(self) -> Iterator[AreaPlan]:
        seed = self.pack.model.pack.areas if self.pack else None
        kind = seed.kind.vi if seed else "tổ dân phố"
        names: dict[str, str] = {}
        for row in self.form.rows("areas"):
            area = AreaPlan(
                self._code(row, "code", CODE, "A01"),
                self._name(row, "name"),
                row.text("kind") or kind,
                row.words("aliases"),
            )
            self._once(row, "code", area.code)
            for text in (area.code, area.name, *area.aliases):
                other = names.setdefault(fold(text), area.code)
                if text and other != area.code:
                    message = f"“{text}” đã là tên của địa bàn {other}; danh sách ghi tên này thì không biết là nơi nào"
                    self.form.say("name_twice", row.place("aliases" if text in area.aliases else "name"), message)
            yield area

    def _teams(self, areas: set[str]) -> Iterator[TeamPlan]:
        worked: dict[str, str] = {}
        for row in self.form.rows("teams"):
            team = TeamPlan(self._code(row, "code", CODE, "T01"), self._name(row, "name"), row.words("areas"))
            self._once(row, "code", team.code)
            for area in dict.fromkeys(team.areas):
                if area not in areas:
                    self._unknown(row, "areas", "địa bàn", area, areas)
                elif worked.setdefault(area, team.code) != team.code:
                    self.form.say(
                        "area_twice",
                        row.place("areas"),
                        f"địa bàn {area} đã giao cho tổ {worked[area]}; mỗi địa bàn một tổ",
                    )
            yield team

    def _bodies(self) -> Iterator[BodyPlan]:
        rows = self.form.rows("bodies")
        if not rows and self.pack:
            yield from (BodyPlan(b.id, b.label.vi, b.kind, b.counts_staff) for b in self.pack.model.pack.bodies)
        for row in rows:
            kind, counts = row.text("kind") or "office", fold(row.text("counts_staff"))
            if kind not in BODY_KINDS:
                self._unknown(row, "kind", "loại", kind, BODY_KINDS)
            if counts not in _YES | _NO:
                self.form.say("yes_no", row.place("counts_staff"), "ghi “có” hoặc “không”")
            body = BodyPlan(self._code(row, "code", CODE, "ubnd"), self._name(row, "name"), kind, counts in _YES)
            self._once(row, "code", body.code)
            yield body

    def _people(self) -> Iterator[PersonPlan]:
        logins: dict[str, str] = {}
        for row in self.form.rows("accounts"):
            login = self._code(row, "login", LOGIN, "nguyen.van.a")
            if login and login in logins:
                self.form.say(
                    "login_twice",
                    row.place("login"),
                    f"“{login}” đã ghi ở {logins[login]}; mỗi người một tên đăng nhập",
                )
            logins.setdefault(login, row.place("login"))
            yield PersonPlan(login, self._name(row, "name"))

    def _posts(
        self, areas: Sequence[AreaPlan], teams: Sequence[TeamPlan], bodies: Sequence[BodyPlan], logins: set[str]
    ) -> Iterator[PostPlan]:
        scopes = {
            "unit": ["unit"],
            "area": [area.code for area in areas],
            "team": [team.code for team in teams],
            "body": [body.code for body in bodies],
        }
        if self.pack is None:
            self._holders(self.form.rows("posts"), logins)
            return
        held: dict[tuple[str, str], tuple[str, ...]] = {}
        known = {post.id: post for post in self.pack.model.pack.posts}
        for row in self.form.rows("posts"):
            post = known.get(row.text("post"))
            if post is None:
                self._unknown(row, "post", "vị trí", row.text("post"), known)
                continue
            scope = self._scope(row, post, scopes[post.per])
            self._holders([row], logins)
            if scope is not None:
                before = held.get((post.id, scope), ())
                held[post.id, scope] = tuple(dict.fromkeys((*before, *row.words("holders"))))
        for post in known.values():
            for scope in scopes[post.per]:
                yield PostPlan(post.id, post.role, post.label.vi, scope, held.get((post.id, scope), ()))

    def _holders(self, rows: Sequence[FormRow], logins: set[str]) -> None:
        for row in rows:
            for login in row.words("holders"):
                if login not in logins:
                    self._unknown(row, "holders", "tài khoản", login, logins)

    def _scope(self, row: FormRow, post: Post, allowed: Sequence[str]) -> str | None:
        """Return what a post belongs to: the unit, or the one place it names."""
        text = row.text("scope")
        if post.per == "unit":
            if text not in ("", "unit"):
                self.form.say("scope", row.place("scope"), f"“{post.label.vi}” là vị trí của cả đơn vị; để trống ô này")
                return None
            return "unit"
        if not text:
            message = f"“{post.label.vi}” thuộc một {_PLACES[post.per]}; ghi mã: {one_of(allowed)}"
            self.form.say("scope", row.place("scope"), message)
            return None
        if text not in allowed:
            self._unknown(row, "scope", _PLACES[post.per], text, allowed)
            return None
        return text

    def _code(self, row: FormRow, name: str, pattern: re.Pattern[str], example: str) -> str:
        text = row.text(name)
        if not text:
            self.form.say("missing", row.where, f"chưa ghi “{_header(name)}”, ví dụ {example}")
        elif not pattern.fullmatch(text) or len(text) > LONGEST_CODE or text == "unit":
            case = "chữ thường không dấu" if pattern is not CODE else "chữ không dấu"
            self.form.say(
                "code",
                row.place(name),
                f"“{text}” không dùng làm mã được: chỉ {case}, chữ số và dấu nối, ví dụ {example}",
            )
        return text

    def _name(self, row: FormRow, name: str) -> str:
        text = row.text(name)
        if not text:
            self.form.say("missing", row.where, f"chưa ghi “{_header(name)}”")
        elif len(text) > LONGEST_NAME:
            self.form.say("name", row.place(name), f"dài hơn {LONGEST_NAME} chữ; ghi ngắn lại")
        return text

    def _once(self, row: FormRow, name: str, code: str) -> None:
        """Areas, teams and bodies share one set of codes: a post names its place by the code alone."""
        if code and code in self.used:
            self.form.say(
                "code_twice",
                row.place(name),
                f"mã “{code}” đã dùng ở {self.used[code]}; mỗi địa bàn, tổ, bộ phận một mã riêng",
            )
        self.used.setdefault(code, row.place(name))

    def _unknown(
        self, row: FormRow, name: str, what: str, text: str, known: Sequence[str] | set[str] | dict[str, Post]
    ) -> None:
        choices = sorted(known)
        told = f"; có: {one_of(choices)}" if choices else "; chưa khai báo cái nào"
        self.form.say("unknown", row.place(name), f"không có {what} “{text}”{did_you_mean(text, choices)}{told}")


def _header(name: str) -> str:
    return {"code": "Mã", "login": "Tên đăng nhập", "name": "Tên"}[name]
