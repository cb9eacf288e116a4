"""What rules and engine say is English on an English page: every sentence, and every part that it is put together from."""

import re
from collections.abc import Iterator

import pytest

from rules.language.catalogue import CATALOGUE
from rules.said import At, Figure, Named, Part, Said, either
from rules.time import at
from tests.web.language.engine import ROOT, VIETNAMESE, glued, glued_in, modules, texts
from tests.web.language.test_two_languages import english, strings
from web import i18n
from web.sayings import in_words, sentence_of, spoken
from workflow.access import ROLE_LABELS, roles_in_words, who_may_move_task
from workflow.errors import GuardRefused, NotPermitted

QUOTED = re.compile("“[^”]*”")


@pytest.fixture
def in_english() -> Iterator[None]:
    i18n.speak("en")
    yield
    i18n.speak("vi")


def test_every_text_of_the_engine_that_a_page_may_show_has_its_english() -> None:
    known = english()

    missing = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in modules()
        for line, text in texts(path)
        if text not in known
    ]

    assert missing == []


def test_no_text_of_the_engine_is_glued_to_another_one() -> None:
    assert [place for path in modules() for place in glued(path)] == []


@pytest.mark.parametrize(
    "source",
    [
        'f"Tệp {name}"',
        'f"{ROLES[role]}: {name}"',
        '"%s hộ" % n',
        '"thiếu " + name',
        '" hoặc ".join(ROLES.values())',
        'Said("%(who)s", who=ROLES[role])',
        'Said("%(who)s", who=name or "chưa có")',
        'Said("%(who)s", who=OWNER)',
    ],
)
def test_glue_is_found(source: str) -> None:
    module = {"ROLES": {"chair": "trưởng ban"}, "OWNER": "chủ hộ"}

    assert list(glued_in(source, module))
    assert not list(glued_in('Said("Tệp %(name)s của %(who)s", name=name, who=Said(ROLES[role]))', module))


def test_facts_have_their_english_beside_them_and_their_values_in_the_catalogue() -> None:
    known = english()
    words = [word for fact in CATALOGUE for word in (fact.unit, *(fact.values or {}).values()) if word]

    assert [fact.name for fact in CATALOGUE if VIETNAMESE.search(fact.label_en) or not fact.label_en] == []
    assert [word for word in words if VIETNAMESE.search(word) and word not in known] == []


def test_no_english_sentence_holds_vietnamese_but_for_what_it_quotes() -> None:
    held = [
        text for message in english().values() for text in strings(message) if VIETNAMESE.search(QUOTED.sub("", text))
    ]

    assert held == []


@pytest.mark.usefixtures("in_english")
def test_parts_are_translated_as_deep_as_they_go_and_data_is_not() -> None:
    who = either([Said(ROLE_LABELS["coordinator"]), Said("người được giao nhiệm vụ này hoặc %(leader)s của tổ được giao", leader=Said("quản trị"))])  # fmt: skip

    assert in_words(who) == (
        "coordinator or whoever was given this task or the administrator of the team it was given to"
    )
    assert in_words(Said("Tệp “%(file_name)s” rỗng", file_name="quản trị")) == "File “quản trị” is empty"
    assert in_words(Said("“%(label)s” cần giờ hẹn; nhập ngày giờ hẹn", label=Named("Hẹn lại", "Come back"))) == (
        "“Come back” needs an appointment; write its day and time"
    )
    assert in_words(Said("không còn căn cứ nhắc từ %(at)s", at=At(at("2025-05-24 15:38")))) == (
        "nothing to remind of since 15:38, 24 May 2025"
    )
    assert in_words(Figure("4.546")) == "4,546"
    assert in_words(Figure("87,44 %")) == "87.44%"
    assert in_words(Part(Said("Tệp rỗng"))) == "the file is empty"
    assert spoken("đã rút") == "withdrawn"
    assert in_words("đã rút") == "đã rút"


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize("move", ["start", "accept", "assign", "complete"])
def test_who_may_instead_is_named_in_english(move: str) -> None:
    refusal = NotPermitted(action="giao việc", who=who_may_move_task(move))

    assert not VIETNAMESE.search(sentence_of(refusal))


@pytest.mark.usefixtures("in_english")
def test_a_refusal_is_vietnamese_by_itself_and_english_on_an_english_page() -> None:
    refusal = GuardRefused(move="gửi duyệt", why=Said("thiếu “%(label)s”", label=Named("Báo cáo", "Report")))

    assert str(refusal) == "Chưa thể “gửi duyệt”: thiếu “Báo cáo”."
    assert sentence_of(refusal) == "“send for review” is not possible yet: “Report” is lacking."


def test_in_vietnamese_roles_read_as_before() -> None:
    assert roles_in_words(("coordinator", "chair", "roster")) == "đầu mối tổng hợp hoặc trưởng ban chỉ đạo"
