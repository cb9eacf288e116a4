"""What somebody typed about a person, judged the same way as a row of a list: a value to keep, or a sentence."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from rules.said import Part, Said, all_of
from workflow.errors import BadInput
from workflow.gateway.personal import Person
from workflow.people.births import judge_birth
from workflow.people.identity import judge_id, sex_of
from workflow.people.names import UnstorableText, nfc
from workflow.people.phones import judge_phone
from workflow.plan.texts import answer_in, answer_in_name, has_long_number
from workflow.roster.name_check import name_problem
from workflow.roster.reasons import REASONS
from workflow.roster.words import ACCOUNT, RESIDENCE, SEX, account_of, meaning

_ODD_BUT_RIGHT: Final = ("name_one_word", "name_short")
_LABELS: Final = {
    "name": "Họ và tên", "birth": "Ngày sinh", "sex": "Giới tính", "relation": "Quan hệ với chủ hộ", "residence": "Cư trú",
    "account": "Tình trạng định danh", "id_number": "Số ĐDCN", "phone": "Số điện thoại", "lane": "Ngõ", "house_no": "Số nhà",
    "head": "Chủ hộ",
}  # fmt: skip


@dataclass(frozen=True)
class PersonInput:
    """Text as typed; None means not touched, an empty text means unknown."""

    name: str | None = None
    birth: str | None = None
    sex: str | None = None
    relation: str | None = None
    residence: str | None = None
    account: str | None = None
    id_number: str | None = None
    phone: str | None = None


def text_of(field: str, text: str | None, *, longest: int = 100) -> str:
    """Return typed text as it is stored (NFC, single spaces); BadInput if it is too long, cannot be stored or must not be."""
    try:
        clean = nfc(text or "")
    except UnstorableText as problem:
        raise BadInput(where=_LABELS[field], what=Part(str(problem))) from None
    if len(clean) > longest:
        raise BadInput(where=_LABELS[field], what=Said("dài quá %(longest)s ký tự; rút ngắn lại", longest=longest))
    if _tells_too_much(field, clean):
        raise BadInput(
            where=_LABELS[field], what="có ý kiến của người dân hoặc dãy số dài; chỉ ghi đúng nội dung của ô này"
        )
    return clean


def _tells_too_much(field: str, clean: str) -> bool:
    """Whether a value holds how somebody answered, or a number that belongs into another field."""
    if field in ("id_number", "phone"):
        return False
    if field == "relation":
        return has_long_number(clean) or answer_in(clean) is not None
    return has_long_number(clean) or answer_in_name(clean, of_person=field in ("name", "head")) is not None


def judged_person(typed: PersonInput, *, today: date) -> Person:
    """Return the values of a new person; BadInput for the first thing that cannot be used."""
    name = _name(text_of("name", typed.name))
    sex = _word("sex", typed.sex)
    number_text = text_of("id_number", typed.id_number)
    birth_text = text_of("birth", typed.birth)
    birth = judge_birth(birth_text, this_year=today.year) if birth_text else None
    if birth is not None and birth.problem is not None:
        raise _bad("birth", f"birth_{birth.problem}")
    if birth is not None and birth.value is not None and birth.value > today.isoformat()[: len(birth.value)]:
        raise BadInput(where=_LABELS["birth"], what="ở tương lai; sửa lại ngày sinh")
    number = None
    if number_text:
        judged = judge_id(number_text, sex=sex, birth_year=birth.year if birth else None)  # type: ignore[arg-type]
        if judged.value is None:
            raise _bad("id_number", f"id_{judged.problem}")
        number = judged.value
        sex = sex or sex_of(number)
    return Person(
        name=name,
        birth_on=birth.value if birth else None,
        sex=sex,
        relation=text_of("relation", typed.relation, longest=40) or None,
        residence=_word("residence", typed.residence),
        account=_word("account", typed.account),
        id_number=number,
        phone=_phone(text_of("phone", typed.phone)),
    )


def _name(name: str) -> str:
    problem = name_problem(name)
    if problem is not None and problem not in _ODD_BUT_RIGHT:
        raise _bad("name", problem)
    return name


def _word(field: str, text: str | None) -> str | None:
    clean = text_of(field, text)
    if not clean:
        return None
    match field:
        case "sex":
            value: str | None = SEX.get(meaning(clean)) or (clean if clean in ("male", "female") else None)
            known = "Nam hoặc Nữ"
        case "residence":
            value = RESIDENCE.get(meaning(clean)) or (clean if clean in ("permanent", "temporary", "away") else None)
            known = "thường trú, tạm trú hoặc tạm vắng"
        case _:
            value = account_of(clean, ACCOUNT)
            known = "đã kích hoạt, chưa kích hoạt hoặc chưa có mức 2"
    if value is None:
        raise BadInput(
            where=_LABELS[field], what=Said("không hiểu “%(clean)s”; ghi %(known)s", clean=clean, known=Said(known))
        )
    return value


def _phone(text: str) -> str | None:
    if not text:
        return None
    judged = judge_phone(text)
    if judged.value is None:
        raise BadInput(where=_LABELS["phone"], what="không phải số điện thoại; ghi đủ 10 chữ số, ví dụ 0912345678")
    return judged.value


def _bad(field: str, check: str) -> BadInput:
    reason, todo = REASONS[check]
    return BadInput(where=_LABELS[field], what=all_of([Part(reason), Part(todo)]))
