"""Whether an edited template can be filled: every field exists, every tag is whole, nothing forbidden; each fault said at its place.

A template is read paragraph by paragraph, as its author sees it, not as the machine's text that comes of it. So a fault has a place:
"bảng 1, hàng 2, ô 3, gần “Tổ dân phố”".
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from io import BytesIO
from typing import Any, Final

from docx.oxml.ns import qn
from jinja2 import nodes
from jinja2.exceptions import TemplateSyntaxError
from lxml import etree

from rules.said import Said
from workflow.documents.fields import Group, Keyed, Many, Shape, Text
from workflow.documents.sandbox import PaperEnvironment
from workflow.documents.word import text_of
from workflow.files.check import Upload, check_upload
from workflow.files.refused import FileRefused

_TAG: Final = re.compile(r"\{\{(?P<out>.*?)\}\}|\{%(?P<do>.*?)%\}|\{#(?P<note>.*?)#\}")
_LOOSE: Final = re.compile(r"\{\{|\}\}|\{%|%\}")
_LEVEL: Final = re.compile(r"-?(p|tr|tc|r)\s+")
_QUOTES: Final = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_SPACE: Final = re.compile(r"\s+")
MOST_PROBLEMS: Final = 50
LARGEST_PART: Final = 10 * 1024 * 1024
_NEARBY: Final = 40
_PARTS: Final = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
_WHERE: Final = {"header": "đầu trang", "footer": "chân trang", "footnotes": "cước chú"}


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """A fault: where it stands, with the text nearby, and what is wrong, with what to do."""

    where: str
    nearby: str
    what: str

    def sentence(self) -> Said:
        """Return the fault as one sentence."""
        if not self.nearby:
            return Said("%(where)s: %(what)s.", where=self.where, what=self.what)
        return Said("%(where)s, gần “%(nearby)s”: %(what)s.", where=self.where, nearby=self.nearby, what=self.what)


@dataclass
class _Reader:
    """Goes through a template in its order, with the loops and conditions that are open."""

    fields: Mapping[str, Shape]
    problems: list[TemplateProblem] = field(default_factory=list)
    open: list[tuple[str, str | None, Shape | None, str, str]] = field(default_factory=list)
    where: str = ""
    nearby: str = ""

    def say(self, what: str) -> None:
        self.problems.append(TemplateProblem(self.where, self.nearby, what))


class _Wrong(Exception):
    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__(said)


def check_template(content: bytes, fields: Mapping[str, Shape]) -> list[TemplateProblem]:
    """Return the faults of a template in their order; none: it can be filled. Raises FileRefused for what is no Word file."""
    check_upload(Upload("mau.docx", content))
    reader = _Reader(fields)
    env = PaperEnvironment()
    with zipfile.ZipFile(BytesIO(content)) as archive:
        _check_links(archive)
        for name in sorted(archive.namelist()):
            found = _PARTS.fullmatch(name)
            if found:
                kind = found[1].rstrip("0123456789")
                for where, paragraph in _places(_tree(archive, name), _WHERE.get(kind)):
                    reader.where, text = where, text_of(paragraph)
                    reader.nearby = _nearby(text)
                    _read(reader, env, text)
                    if len(reader.problems) >= MOST_PROBLEMS:
                        return reader.problems
                _close_all(reader)
    return reader.problems


def _tree(archive: zipfile.ZipFile, name: str) -> Any:
    if archive.getinfo(name).file_size > LARGEST_PART:
        raise FileRefused("unpacked", "Mẫu quá lớn", "Bỏ bớt nội dung, ảnh rồi lưu lại")
    try:
        return etree.fromstring(archive.read(name), etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        raise FileRefused(
            "damaged", "Tệp bị hỏng, bị cắt cụt hoặc không đúng loại", "Mở tệp kiểm tra lại rồi gửi lại"
        ) from None


def _check_links(archive: zipfile.ZipFile) -> None:
    """Raise FileRefused for a template that fetches something from elsewhere when it is opened."""
    for name in archive.namelist():
        if name.endswith(".rels"):
            for relation in _tree(archive, name):
                if relation.get("TargetMode") == "External" and not (relation.get("Type") or "").endswith("/hyperlink"):
                    raise FileRefused(
                        "external", "Mẫu lấy ảnh hoặc mẫu khác từ nơi ngoài tệp", "Chèn hẳn ảnh vào tệp rồi lưu lại"
                    )


def _places(tree: Any, part: str | None) -> Iterator[tuple[str, Any]]:
    """Yield every paragraph of a part with the words for its place; tables are counted from 1, as are the paragraphs outside them."""
    tables = {table: number for number, table in enumerate(tree.iter(qn("w:tbl")), 1)}
    outside = 0
    for paragraph in tree.iter(qn("w:p")):
        cell = next(paragraph.iterancestors(qn("w:tc")), None)
        if cell is None:
            outside += 1
            where: str = Said("đoạn %(n)s", n=outside)
        else:
            row = cell.getparent()
            table = next(row.iterancestors(qn("w:tbl")))
            where = Said(
                "bảng %(table)s, hàng %(row)s, ô %(cell)s",
                table=tables[table],
                row=1 + len(list(row.itersiblings(qn("w:tr"), preceding=True))),
                cell=1 + len(list(cell.itersiblings(qn("w:tc"), preceding=True))),
            )
        yield (Said("%(part)s, %(place)s", part=Said(part), place=where) if part else where), paragraph


def _nearby(text: str) -> str:
    plain = _SPACE.sub(" ", text).strip()
    return plain if len(plain) <= _NEARBY else plain[: _NEARBY - 1].rstrip() + "…"


def _read(reader: _Reader, env: PaperEnvironment, text: str) -> None:
    """Read the tags of a paragraph."""
    at = 0
    for tag in _TAG.finditer(text):
        _loose(reader, text[at : tag.start()])
        at = tag.end()
        try:
            if tag["out"] is not None:
                _output(reader, env, tag["out"])
            elif tag["do"] is not None:
                _statement(reader, env, tag["do"], alone=text.strip() == tag.group())
        except _Wrong as wrong:
            reader.say(wrong.said)
    _loose(reader, text[at:])


def _loose(reader: _Reader, text: str) -> None:
    found = _LOOSE.search(text)
    if found is None:
        return
    whole = {"{{": "}}", "{%": "%}"}.get(found.group())
    if whole:
        reader.say(
            Said("thẻ mở bằng %(opened)s mà không có %(closed)s trong cùng đoạn", opened=found.group(), closed=whole)
        )
    else:
        reader.say(Said("có %(closed)s mà không có phần mở của thẻ", closed=found.group()))


def _output(reader: _Reader, env: PaperEnvironment, written: str) -> None:
    if _LEVEL.match(written):
        raise _Wrong(
            Said(
                "thẻ {{%(written)s}} viết theo cách không dùng ở đây; hãy viết {{ tên trường }}",
                written=written.rstrip(),
            )
        )
    parsed = _parse(env, f"{{{{{written.translate(_QUOTES)}}}}}", written)
    output = next(parsed.find_all(nodes.Output))
    shape = _shape(reader, output.nodes[0], written)
    if not isinstance(shape, Text):
        raise _Wrong(
            Said(
                "“%(written)s” là một nhóm, không in được; hãy ghi rõ phần nào: %(parts)s",
                written=written.strip(),
                parts=_parts_of(shape),
            )
        )


def _statement(reader: _Reader, env: PaperEnvironment, written: str, *, alone: bool) -> None:
    level = _LEVEL.match(written)
    inner = (written[level.end() :] if level else written).strip().strip("-").strip().translate(_QUOTES)
    word = inner.partition(" ")[0]
    if level and level[1] == "p" and not alone:
        raise _Wrong(
            Said(
                "thẻ {%%p %(inner)s %%} phải đứng một mình trong đoạn, nếu không chữ còn lại của đoạn sẽ mất",
                inner=inner,
            )
        )
    if word == "for":
        _begin_for(reader, env, inner)
    elif word == "if":
        _test(reader, env, inner)
        reader.open.append(("if", None, None, reader.where, reader.nearby))
    elif word in ("elif", "else"):
        if not reader.open or reader.open[-1][0] != "if":
            raise _Wrong(Said("có %(word)s mà không có if ở trước", word=word))
        if word == "elif":
            _test(reader, env, inner.removeprefix("el"))
    elif word in ("endfor", "endif"):
        if not reader.open or reader.open[-1][0] != word.removeprefix("end"):
            raise _Wrong(Said("có %(word)s mà không có %(begin)s ở trước", word=word, begin=word.removeprefix("end")))
        reader.open.pop()
    else:
        raise _Wrong(
            Said("không dùng được thẻ “%(word)s” trong mẫu; chỉ có for, if, elif, else, endfor, endif", word=word)
        )


def _begin_for(reader: _Reader, env: PaperEnvironment, inner: str) -> None:
    reader.open.append(("for", None, None, reader.where, reader.nearby))
    loop = next(_parse(env, f"{{% {inner} %}}{{% endfor %}}", inner).find_all(nodes.For))
    if not isinstance(loop.target, nodes.Name):
        raise _Wrong(Said("thẻ “%(inner)s” phải viết như: for x in sections", inner=inner))
    shape = _shape(reader, loop.iter, inner)
    if not isinstance(shape, Many):
        raise _Wrong(Said("“%(inner)s”: sau in phải là một danh sách như %(lists)s", inner=inner, lists=_lists(reader)))
    reader.open[-1] = ("for", loop.target.name, shape.each, reader.where, reader.nearby)


def _test(reader: _Reader, env: PaperEnvironment, inner: str) -> None:
    condition = next(_parse(env, f"{{% {inner} %}}{{% endif %}}", inner).find_all(nodes.If))
    for name in condition.test.find_all((nodes.Getattr, nodes.Getitem, nodes.Name)):
        _shape(reader, name, inner)
    if isinstance(condition.test, nodes.Getattr | nodes.Getitem | nodes.Name):
        _shape(reader, condition.test, inner)


def _close_all(reader: _Reader) -> None:
    """Say of every loop or condition of a part that nothing closes it; the next part begins anew."""
    for word, _, _, where, nearby in reader.open:
        what = Said("thẻ %(word)s chưa được đóng bằng end%(word)s", word=word)
        reader.problems.append(TemplateProblem(where, nearby, what))
    reader.open.clear()


def _parse(env: PaperEnvironment, source: str, written: str) -> nodes.Template:
    try:
        return env.parse(source)
    except TemplateSyntaxError as error:
        message = error.message or ""
        if message.startswith("not-allowed"):
            raise _Wrong(
                Said("“%(written)s” dùng phép tính, hàm hoặc bộ lọc không được phép trong mẫu", written=written.strip())
            ) from None
        raise _Wrong(
            Said(
                'không đọc được thẻ “%(written)s”; viết như {{ unit }} hoặc {{ line["2"].count }}',
                written=written.strip(),
            )
        ) from None


def _shape(reader: _Reader, node: nodes.Node, written: str) -> Shape:
    """Return what an expression names. Raises _Wrong, with what may be meant, for what does not exist."""
    if isinstance(node, nodes.Const):
        return Text("")
    if isinstance(node, nodes.Filter) and node.node is not None:
        _shape(reader, node.node, written)
        return Text("")
    if isinstance(node, nodes.CondExpr):
        return Text("")
    if isinstance(node, nodes.Name):
        return _named(reader, node.name)
    if isinstance(node, nodes.Getattr):
        return _part(_shape(reader, node.node, written), node.attr, written)
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return _part(_shape(reader, node.node, written), str(node.arg.value), written)
    raise _Wrong(Said("“%(written)s” không phải là một trường", written=written.strip()))


def _named(reader: _Reader, name: str) -> Shape:
    inside: dict[str, Shape | None] = {each: shape for kind, each, shape, *_ in reader.open if kind == "for" and each}
    if name in inside:
        return inside[name] or Text("")
    if name == "loop" and inside:
        return Group("", {each: Text("") for each in ("index", "first", "last", "length")})
    if name in reader.fields:
        return reader.fields[name]
    raise _Wrong(_unknown(name, [*inside, *reader.fields]))


def _part(shape: Shape, name: str, written: str) -> Shape:
    if isinstance(shape, Keyed):
        if name in shape.keys:
            return shape.each
        raise _Wrong(_unknown(name, shape.keys, of=written.strip()))
    if isinstance(shape, Group):
        if name in shape.parts:
            return shape.parts[name]
        raise _Wrong(_unknown(name, shape.parts, of=written.strip()))
    raise _Wrong(Said("“%(written)s”: không có phần “%(name)s” bên trong", written=written.strip(), name=name))


def _unknown(name: str, known: Any, *, of: str = "") -> Said:
    near = get_close_matches(name, list(known), n=1, cutoff=0.5)
    where = (
        Said("“%(of)s”: không có “%(name)s”", of=of, name=name) if of else Said("không có trường “%(name)s”", name=name)
    )
    if near:
        return Said("%(unknown)s; có phải là “%(near)s”?", unknown=where, near=near[0])
    shown = ", ".join(list(known)[:12])
    return Said("%(unknown)s; có: %(known)s", unknown=where, known=shown)


def _parts_of(shape: Shape) -> str:
    if isinstance(shape, Group):
        return ", ".join(shape.parts)
    if isinstance(shape, Keyed):
        return ", ".join(f'["{key}"]' for key in shape.keys[:6])
    return "for x in …"


def _lists(reader: _Reader) -> str:
    return ", ".join(name for name, shape in reader.fields.items() if isinstance(shape, Many))
