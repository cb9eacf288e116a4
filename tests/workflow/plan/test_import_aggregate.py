"""Figures that belong to somebody else: the whole unit or nothing."""

import pytest
from sqlalchemy import insert

from rules.time import at
from tests.workflow.plan.conftest import IDS, Town, cat_thanh
from workflow.actions.import_aggregate import SMALLEST_GROUP, import_aggregate
from workflow.errors import BadInput, OutsideWindow
from workflow.tables import Area, Case, Door, ImportedAggregate, Subject, table_of

NOW = "2025-05-29 22:00"
EXTERNAL = next(figure.id for figure in cat_thanh().model.figures.figures if figure.external)
SOURCE = "Thông báo số 12/TB-CAT của Công an tỉnh"


def listed(town: Town, people: int) -> None:
    """Give the campaign `people` cases behind one door."""
    with town.store.write() as session:
        area = session.query(Area.id).filter(Area.unit_id == town.unit_id).limit(1).scalar()
        ids = [IDS.new(0) for _ in range(people + 2)]
        door = ids.pop()
        session.execute(insert(Subject), [_subject(town, one, area) for one in ids])
        session.execute(
            insert(Door).values(
                unit_id=town.unit_id, id=door, campaign_id=town.campaign.id, household_id=ids[-1], area_id=area,
                place_sort="", open_cases=0, attempts=0, priority=0, version=1, state_version=1, created_at=0,
            )
        )  # fmt: skip
        session.execute(insert(Case), [_case(town, one, door, area) for one in ids[:-1]])


def _filled(table: type, **values) -> dict:
    """Return a row with a plain value in every column that must have one."""
    row = {}
    for column in table_of(table).columns:
        if column.name in values:
            row[column.name] = values[column.name]
        elif not column.nullable:
            row[column.name] = {"TEXT": "x", "BOOLEAN": False}.get(
                str(column.type), 0 if "INT" in str(column.type) else b"x"
            )
        else:
            row[column.name] = None
    return row


def _subject(town: Town, subject, area) -> dict:
    return _filled(Subject, unit_id=town.unit_id, id=subject, kind="person", area_id=area, code=subject.hex)


def _case(town: Town, subject, door, area) -> dict:
    return _filled(
        Case, unit_id=town.unit_id, id=IDS.new(0), campaign_id=town.campaign.id, track=town.campaign.pack.main_track.id,
        subject_id=subject, door_id=door, state="submitted", stage="submitted", is_open=False, is_done=True, area_id=area,
    )  # fmt: skip


def taken_over(town: Town, **values):
    values = {
        "figure": EXTERNAL,
        "item": "Điều 9",
        "n": 5400,
        "source": SOURCE,
        "as_of": at("2025-05-29 20:00"),
        **values,
    }
    return town.write(NOW, lambda book: import_aggregate(book, town.campaign, actor=town.everybody, **values))


@pytest.fixture
def peopled(town: Town) -> Town:
    """A town with just enough people."""
    listed(town, SMALLEST_GROUP)
    return town


def test_a_sum_over_the_unit_is_kept_with_its_document_and_instant(peopled: Town) -> None:
    first = taken_over(peopled)
    taken_over(peopled, n=5450, as_of=at(NOW))

    assert peopled.count(ImportedAggregate) == 2
    (event, _) = peopled.events(kind="note")
    assert event.about_id == first
    assert event.data == {"what": "aggregate", "figure": EXTERNAL, "item": "Điều 9", "n": 5400, "source": SOURCE}
    assert (event.happened_at, event.recorded_at) == (at("2025-05-29 20:00"), at(NOW))


@pytest.mark.parametrize(
    "item",
    ["Tổ dân phố 2", "tdp 7", "khu phố 3, Điều 9", "TO DAN PHO SO 4", "Tổ công tác 1", "tổ 5", "thôn 3", "hộ bà Năm",
     "ông Nguyễn Văn A", "Bà Tư", "999123456789", "0912345678", "hộ gia đình văn hoá", "Số nhà 12"],
)  # fmt: skip
def test_nothing_below_the_unit_is_let_in(peopled: Town, item: str) -> None:
    with pytest.raises(BadInput, match="Nội dung"):
        taken_over(peopled, item=item)

    assert peopled.count(ImportedAggregate) == 0


@pytest.mark.parametrize(
    "item", ["", "Điều 9", "Khoản 1 Điều 84", "Toàn bộ dự thảo", "Góp ý kỹ thuật lập hiến", "Bản dự thảo lần hai"]
)
def test_the_articles_of_the_draft_are_let_in(peopled: Town, item: str) -> None:
    taken_over(peopled, item=item)

    assert peopled.count(ImportedAggregate) == 1


def test_too_few_people_tell_too_much_about_each(town: Town) -> None:
    listed(town, SMALLEST_GROUP - 1)

    with pytest.raises(BadInput, match="dưới 30"):
        taken_over(town)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"figure": "listed"}, f"có thể nhập: .*{EXTERNAL}"),
        ({"figure": "anything"}, "không phải số liệu của cơ quan khác"),
        ({"n": -1}, "Số lượng"),
        ({"n": 10**10}, "Số lượng"),
        ({"source": "  "}, "Nguồn: hãy ghi số, ngày"),
        ({"source": "điện thoại 0912345678"}, "Nguồn"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(peopled: Town, values: dict, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        taken_over(peopled, **values)


@pytest.mark.parametrize("as_of", ["2025-05-29 22:00:00.000001", "2025-05-12 23:59"])
def test_a_sum_is_neither_of_tomorrow_nor_from_before_the_campaign(peopled: Town, as_of: str) -> None:
    with pytest.raises(OutsideWindow):
        taken_over(peopled, as_of=at(as_of))


def test_no_column_can_say_whose_answer_it_was() -> None:
    columns = set(table_of(ImportedAggregate).columns.keys())

    assert columns == {"unit_id", "id", "campaign_id", "figure", "item", "n", "source", "as_of", "ledger_no"}
