"""An official letter (công văn): to urge, or to ask a superior for a decision. Its words are handed in; its head and signature are the pack's."""

from dataclasses import dataclass

from rules.pack import Pack
from rules.time import Instant, local_datetime
from workflow.documents.make_template import make_template
from workflow.documents.marked import plain
from workflow.documents.render import render_paper
from workflow.documents.wording import month

AS_ABOVE = "Như trên"


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says. Paragraphs, `about` and `closing` may hold numbers under their names (`marked.figure`) and passages
    for the author (`marked.for_author`); `recipients` come before "Lưu: VT".

    `about` stands after "V/v" under the number; `closing` is the last sentence, without its full stop and mark.
    """

    about: str
    addressees: tuple[str, ...]
    paragraphs: tuple[str, ...]
    closing: str
    recipients: tuple[str, ...] = (AS_ABOVE,)
    kept_by: str = "VT"


def write_letter(
    letter: Letter, pack: Pack, *, unit_name: str, at: Instant, template: bytes | None = None, draft: bool = False
) -> bytes:
    """Return the letter as a Word file, its number and day left blank. The month is that of `at`.

    Raises ValueError for a letter to nobody.
    """
    if not letter.addressees:
        raise ValueError("công văn phải có nơi nhận ở dòng Kính gửi")
    names = [plain(name).rstrip(";. ") for name in letter.addressees]
    ends = [";"] * (len(names) - 1) + ["."] if len(names) > 1 else [""]
    values = {
        "about": letter.about,
        "addressees": [name + end for name, end in zip(names, ends, strict=True)],
        "paragraphs": list(letter.paragraphs),
        "closing": letter.closing.rstrip(". "),
        "recipients": [
            *(f"- {plain(name).rstrip(';. ')};" for name in letter.recipients),
            f"- Lưu: {plain(letter.kept_by)}.",
        ],
        "unit": plain(unit_name),
        "month": month(at),
        "year": str(local_datetime(at).year),
        "draft": draft,
    }
    title = f"Công văn V/v {plain(letter.about)}"
    return render_paper(template or make_template(pack, "letter"), values, author=unit_name, at=at, title=title)
