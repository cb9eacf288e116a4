"""Invented residents: households on lanes, with ages, relations and numbers that belong to nobody.

The same seed makes the same people on every machine. ID numbers start with 999 and phone numbers with 0500, which are
given to no one. Only people old enough to stand on a roster are made; younger ones live there but are never listed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Literal

from workflow.demo.name_words import FAMILY, GIVEN_FEMALE, GIVEN_MALE, MIDDLE_FEMALE, MIDDLE_MALE
from workflow.people import identity, phones
from workflow.people.identity import Sex

Account = Literal["none", "registered", "activated"]
Residence = Literal["permanent", "temporary"]

MOST_PEOPLE = 1_000_000
"""ID numbers and phone numbers of one population are all different: six digits give so many."""

_STEP = 387_641  # no factor in common with a million: stepping by it visits every six-digit number once
_OLDEST_BIRTH_YEAR = 1921


@dataclass(frozen=True, slots=True)
class Resident:
    """One invented person. `birth_on` is 'YYYY-MM-DD', or 'YYYY' for some of the old; `phone` is None if there is none."""

    full_name: str
    sex: Sex
    birth_on: str
    id_number: str
    relation: str
    phone: str | None
    account: Account


@dataclass(frozen=True, slots=True)
class Household:
    """People behind one door. The first member is the head (chủ hộ); `key` is the number of the residence file."""

    area: str
    lane: str
    house_no: str
    key: str
    residence: Residence
    members: tuple[Resident, ...]

    @property
    def head(self) -> Resident:
        """The member whose name the household carries."""
        return self.members[0]


@dataclass(frozen=True, slots=True)
class _Place:
    """What one person is to the household, before there is a name: relation, sex, age and whose family name."""

    relation: str
    sex: Sex
    age: int
    own_family_name: bool = True


def make_population(
    seed: str | int,
    areas: Sequence[str],
    n_people: int,
    *,
    on: date = date(2025, 5, 1),
    accounts: Mapping[Account, float] | None = None,
    youngest: int = 18,
) -> list[Household]:
    """Return households with exactly `n_people` members in all, spread over `areas` in order.

    `on` is the day that ages count from; nobody is younger than `youngest` years. `accounts` gives the weight of each
    account status; the people of each status are exactly the weighted share, rounded by largest remainder, so weights that
    add up to `n_people` are head counts. Default: everybody has an activated account.

    Raises ValueError if there is no area, or `n_people` is outside len(areas) to 1,000,000.
    """
    if not areas or not len(areas) <= n_people <= MOST_PEOPLE:
        raise ValueError("A population needs at least one area, one person in each area and at most 1,000,000 people.")
    maker = _Maker(Random(f"từng nhà {seed}"), on, youngest, _dealt(accounts or {"activated": 1}, n_people, seed))
    sizes = _shares([0.75 + 0.5 * maker.random.random() for _ in areas], n_people - len(areas))
    return [
        household
        for number, (area, size) in enumerate(zip(areas, sizes, strict=True), start=1)
        for household in maker.area(area, number, size + 1)
    ]


class _Maker:
    """Makes people one after another; holds what must not repeat."""

    def __init__(self, random: Random, on: date, youngest: int, accounts: list[Account]) -> None:
        self.random = random
        self._on = on
        self._youngest = youngest
        self._accounts = accounts
        self._made = 0
        self._offset = random.randrange(MOST_PEOPLE)

    def area(self, name: str, number: int, n_people: int) -> list[Household]:
        """Return the households of one area: lane by lane, house numbers rising along each lane."""
        households: list[Household] = []
        lanes = self._lanes(max(2, n_people // 45))
        house_numbers = dict.fromkeys(lanes, 0)
        while n_people:
            places = self._places()[:n_people]
            lane = lanes[min(len(lanes) - 1, len(households) // 14)]
            house_numbers[lane] += self.random.choice((1, 2, 2, 2, 4))
            house_no = f"{house_numbers[lane]}{self.random.choice(('', '', '', '', '', '', 'A'))}"
            residence: Residence = "temporary" if self.random.random() < 0.07 else "permanent"
            key = f"999{number:03d}{len(households) + 1:05d}"
            households.append(Household(name, lane, house_no, key, residence, self._members(places)))
            n_people -= len(places)
        return households

    def _lanes(self, count: int) -> list[str]:
        numbers = sorted(self.random.sample(range(1, 4 * count + 8), count))
        return [f"Ngõ {number}" for number in numbers]

    def _places(self) -> list[_Place]:
        """Draw who lives together: one person, a couple, with children, with parents, with a relative or a lodger."""
        random, head_age = self.random, self._head_age()
        head_sex: Sex = "male" if random.random() < 0.72 else "female"
        places = [_Place("Chủ hộ", head_sex, head_age)]
        if random.random() < (0.82 if head_age < 68 else 0.55):
            places.append(_spouse_of(places[0], random.randint(-2, 6)))
        children = random.choices((0, 1, 2, 3), (30, 28, 32, 10))[0] if len(places) == 2 else random.choice((0, 0, 1))
        places += self._children(head_age, children)
        if head_age < 62 and random.random() < 0.22:
            age = head_age + random.randint(21, 34)
            parents = (_Place("Mẹ", "female", age, own_family_name=False), _Place("Bố", "male", age + 2))
            places += parents[: random.choice((1, 1, 2))]
        if random.random() < 0.03:
            sex: Sex = random.choice(("male", "female"))
            places.append(_Place(random.choice(("Em", "Ở nhờ")), sex, max(self._youngest, head_age - 7)))
        return places

    def _head_age(self) -> int:
        return max(self._youngest, round(self.random.triangular(23, 88, 46)))

    def _children(self, head_age: int, count: int) -> list[_Place]:
        """Draw grown children, the wife or husband of one of them, and a grandchild if ages allow."""
        places: list[_Place] = []
        for _ in range(count):
            age = head_age - self.random.randint(20, 38)
            sex: Sex = self.random.choice(("male", "female"))
            if age < self._youngest:
                continue
            places.append(_Place("Con", sex, age))
            if age >= 25 and self.random.random() < 0.25:
                places.append(_spouse_of(places[-1], 1, "Con dâu" if sex == "male" else "Con rể"))
                if age - 22 >= self._youngest:
                    places.append(_Place("Cháu", "female" if age % 2 else "male", age - 22))
        return places

    def _members(self, places: list[_Place]) -> tuple[Resident, ...]:
        """Name the people of a household: a man gives his family name to his children, whoever is the head."""
        family = self._drawn(FAMILY)
        carries = places[0].sex == "male" or len(places) == 1
        family_of_head = family if carries else self._drawn(FAMILY)
        members: list[Resident] = []
        shared_phone: str | None = None
        for position, place in enumerate(places):
            own = family_of_head if position == 0 else family if place.own_family_name else self._drawn(FAMILY)
            members.append(self._resident(place, own, shared_phone))
            shared_phone = shared_phone or members[-1].phone
        return tuple(members)

    def _resident(self, place: _Place, family: str, shared_phone: str | None) -> Resident:
        birth_on = self._birth_on(place.age)
        serial = (self._offset + self._made * _STEP) % MOST_PEOPLE
        id_number = identity.make_id(identity.SYNTHETIC_PREFIX, place.sex, int(birth_on[:4]), serial)
        account = self._accounts[self._made]
        self._made += 1
        phone = self._phone(place.age, serial, shared_phone)
        return Resident(self._name(place.sex, family), place.sex, birth_on, id_number, place.relation, phone, account)

    def _birth_on(self, age: int) -> str:
        """Draw a day of birth that makes `age` full years; some of the old know only the year, or are entered as 1/1."""
        day = _years_before(self._on, age) - timedelta(days=self.random.randrange(365))
        year = max(day.year, _OLDEST_BIRTH_YEAR)
        if year < 1960 and self.random.random() < 0.12:
            return self.random.choice((f"{year}", f"{year}-01-01"))
        return day.replace(year=year, day=min(day.day, 28)).isoformat()

    def _phone(self, age: int, serial: int, shared: str | None) -> str | None:
        drawn = self.random.random()
        if drawn < (0.03 if age < 65 else 0.25):
            return None
        if shared and drawn > (0.99 if age < 65 else 0.8):
            return shared
        return f"{phones.SYNTHETIC_PREFIX}{serial:06d}"

    def _name(self, sex: Sex, family: str) -> str:
        middle = self._drawn(MIDDLE_MALE if sex == "male" else MIDDLE_FEMALE)
        given = self.random.choice(GIVEN_MALE if sex == "male" else GIVEN_FEMALE)
        return f"{family} {middle if not middle.endswith(given) else middle.split()[0]} {given}"

    def _drawn(self, weights: Mapping[str, int]) -> str:
        return self.random.choices(tuple(weights), tuple(weights.values()))[0]


def _spouse_of(person: _Place, years_younger: int, relation: str | None = None) -> _Place:
    """Return the wife or husband of `person`; a husband of the head is the one whose name the children carry."""
    sex: Sex = "female" if person.sex == "male" else "male"
    age = max(18, person.age - (years_younger if sex == "female" else -years_younger))
    own_family_name = sex == "male" and relation is None
    return _Place(relation or ("Vợ" if sex == "female" else "Chồng"), sex, age, own_family_name)


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years, day=min(day.day, 28))


def _shares(weights: Sequence[float], total: int) -> list[int]:
    """Divide `total` by `weights` into whole numbers that add up to it (largest remainder; ties to the first)."""
    exact = [weight * total / sum(weights) for weight in weights]
    shares = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: shares[place] - exact[place])
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return shares


def _dealt(accounts: Mapping[Account, float], n_people: int, seed: str | int) -> list[Account]:
    """Return one account status per person, in the exact shares asked for, shuffled."""
    shares = _shares(list(accounts.values()), n_people)
    dealt = [status for status, share in zip(accounts, shares, strict=True) for _ in range(share)]
    Random(f"tài khoản {seed}").shuffle(dealt)
    return dealt
