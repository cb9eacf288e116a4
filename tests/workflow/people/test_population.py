"""Invented people: the same for a seed, belonging to nobody, plausible enough to exercise every rule."""

import time
from collections import Counter
from datetime import date

import pytest

from workflow.demo.people import make_population
from workflow.people.births import whole_years
from workflow.people.identity import judge_id
from workflow.people.phones import judge_phone

AREAS = [f"Tổ dân phố số {number}" for number in range(1, 16)]
ON = date(2025, 5, 1)


@pytest.fixture(scope="module")
def households():
    return make_population("cát thành", AREAS, 5_800, accounts={"activated": 4_100, "registered": 600, "none": 1_100})


@pytest.fixture(scope="module")
def people(households):
    return [person for household in households for person in household.members]


def test_the_number_of_people_and_of_each_account_is_exact(households, people):
    assert len(people) == 5_800
    assert Counter(person.account for person in people) == {"activated": 4_100, "registered": 600, "none": 1_100}
    assert list(dict.fromkeys(household.area for household in households)) == AREAS


def test_the_same_seed_makes_the_same_people_and_another_seed_others(households):
    again = make_population("cát thành", AREAS, 5_800, accounts={"activated": 4_100, "registered": 600, "none": 1_100})

    assert households == again
    assert make_population("an lạc", AREAS, 100) != make_population("cát thành", AREAS, 100)


def test_numbers_belong_to_nobody_and_agree_with_the_person(people):
    for person in people:
        judged = judge_id(person.id_number, sex=person.sex, birth_year=int(person.birth_on[:4]))
        assert person.id_number.startswith("999")
        assert judged.doubts == ()
        assert person.phone is None or (
            person.phone.startswith("0500") and judge_phone(person.phone).value == person.phone
        )
    assert len({person.id_number for person in people}) == len(people)


def test_nobody_is_too_young_and_somebody_is_old(people):
    ages = [whole_years(person.birth_on, ON) for person in people]

    assert min(ages) >= 18
    assert 80 < max(ages) <= 105
    assert {len(person.birth_on) for person in people} == {4, 10}


def test_households_have_one_head_a_place_and_a_key_of_their_own(households):
    assert all([person.relation for person in household.members].count("Chủ hộ") == 1 for household in households)
    assert all(household.head.relation == "Chủ hộ" for household in households)
    assert len({household.key for household in households}) == len(households)
    assert len({(household.area, household.lane, household.house_no) for household in households}) == len(households)
    assert max(len(household.members) for household in households) <= 12
    assert {household.residence for household in households} == {"permanent", "temporary"}


def test_names_look_like_a_commune(people):
    families = Counter(person.full_name.split()[0] for person in people)

    assert families.most_common(1)[0][0] == "Nguyễn"
    assert 0.25 < families["Nguyễn"] / len(people) < 0.40
    assert 0.45 < sum(person.sex == "female" for person in people) / len(people) < 0.55


@pytest.mark.parametrize(("areas", "n_people"), [([], 5), (AREAS, 14), (AREAS, 1_000_001)])
def test_a_population_that_cannot_be_is_refused(areas, n_people):
    with pytest.raises(ValueError, match="at least one area"):
        make_population(1, areas, n_people)


def test_a_town_is_made_quickly():
    started = time.process_time()

    make_population(2, AREAS, 5_800)

    assert time.process_time() - started < 2
