"""Rosters of invented people look like the office's and go through the reader without a remark."""

from datetime import date

import pytest

from workflow.demo.people import make_population
from workflow.demo.rosters import FIRST_DATA_ROW, write_roster
from workflow.roster.columns import Needs

AREAS = ["Tổ dân phố số 1", "Tổ dân phố số 2"]
OFFICE = {"unit_name": "phường An Lạc", "as_of": date(2025, 5, 14)}


@pytest.fixture(scope="module")
def households():
    return make_population(5, AREAS, 300, accounts={"activated": 200, "registered": 40, "none": 60})


def test_a_roster_reads_back_as_the_people_it_was_made_from(tmp_path, read, households):
    path = tmp_path / "roster.xlsx"
    people = {person.id_number: (household, person) for household in households for person in household.members}

    assert write_roster(path, households, **OFFICE) == 300
    rows, _, findings = read(path, needs=Needs(area=True, account=True))

    assert rows[0].row_no == FIRST_DATA_ROW
    assert {finding.check for finding in findings if finding.severity != "info"} <= {"phone_shared"}
    assert len(rows) == 300
    for row in rows:
        household, person = people[row.id_number]
        assert (row.name, row.sex, row.birth_on, row.relation) == (
            person.full_name,
            person.sex,
            person.birth_on,
            person.relation,
        )
        assert (row.phone, row.account, row.residence) == (person.phone, person.account, household.residence)
        assert (row.area_text, row.lane, row.house_no, row.head_name) == (
            household.area, household.lane, household.house_no, household.head.full_name)  # fmt: skip
        assert row.is_head is (person is household.head)
    assert len({(row.area_text, row.household_key) for row in rows}) == len(households)


@pytest.mark.parametrize(
    ("roster_list", "account", "count"), [("L1", "activated", 200), ("L2", "registered", 40), ("L3", "none", 60)]
)
def test_each_list_holds_its_people_only(tmp_path, read, households, roster_list, account, count):
    total = 0
    for area in AREAS:
        path = tmp_path / "roster.xlsx"
        total += write_roster(path, households, area=area, roster_list=roster_list, **OFFICE)
        rows, _, _ = read(path)
        assert {(row.area_text, row.account) for row in rows} == {(area, account)}
    assert total == count


def test_the_same_people_make_the_same_bytes(tmp_path, households):
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"

    write_roster(first, households, **OFFICE)
    write_roster(second, households, **OFFICE)

    assert first.read_bytes() == second.read_bytes()
