"""Every row of a list, judged: a person to take, a row to hand back with its reason, or a row that is no person.

The judge reads; it knows no database and changes nothing. It is fast because values repeat: dates, words and addresses are
judged once and remembered.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from workflow.people.births import JudgedBirth, Precision, judge_birth, whole_years
from workflow.people.identity import KNOWN_PREFIXES, JudgedId, Sex, birth_year_of, judge_id, sex_of
from workflow.people.names import fold, sort_key
from workflow.people.phones import judge_phone
from workflow.plan.texts import answer_in_name, has_long_number, may_answer
from workflow.roster import words
from workflow.roster.columns import Layout, Needs
from workflow.roster.findings import Finding, masked_tail
from workflow.roster.households import Carrier, Printed
from workflow.roster.name_check import name_problem
from workflow.roster.other_rows import OtherRow, classify
from workflow.roster.sheet import Cells, NumberedRow
from workflow.roster.tally import Tally
from workflow.roster.words import ACCOUNT, HEAD_WORDS, MARKS, NO_MARKS, RESIDENCE, SEX, Account, Residence

YOUNGEST: Final = 14
OLDEST: Final = 110
SHARED_BY: Final = 8
"""More people than this on one phone number is no family: it is reported."""

_MASKED: Final = frozenset({"id_number", "phone"})
_UNTOLD: Final = frozenset({"name_text", "name_number", "place_text", "place_number", "relation_text"})
"""Checks whose value is not handed on: it says what no file may."""
_NO_ID: Final = JudgedId(None, "empty")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A person as one row of a list states them. Text is composed (NFC) and trimmed, otherwise as written."""

    row_no: int
    name: str
    name_fold: str
    name_sort: str
    id_number: str | None
    birth_on: str | None
    """'YYYY-MM-DD', 'YYYY-MM' or 'YYYY', as `birth_precision` says."""
    birth_precision: Precision | None
    sex: Sex | None
    area_text: str
    lane: str
    house_no: str
    place_sort: str
    household_key: str
    """Equal for the rows of one household within an area: the file number, or head, lane and house number; folded."""
    head_name: str
    is_head: bool
    relation: str
    residence: Residence | None
    phone: str | None
    account: Account | None


class _Fault(NamedTuple):
    """Why a row is not taken: the check, the field whose value is to blame, and values for the sentence."""

    check: str
    field: str
    values: Mapping[str, int]


class RowJudge:
    """Judges the rows of one list in order. `tally` holds rejections, doubts, repairs and counts as they come up."""

    def __init__(
        self,
        layout: Layout,
        needs: Needs,
        *,
        as_of: date,
        area: str = "",
        account: Account | None = None,
        account_words: Mapping[str, Account] | None = None,
    ) -> None:
        """`area` and `account` are what the file declares for rows that do not say; `account_words` come from the pack."""
        self.layout = layout
        self.tally = Tally()
        self.on_area: Callable[[int, str], object] | None = None
        """Told the area of a row that is handed back, so that whoever knows the areas may blame it, too."""
        self._needs = needs
        self._as_of = as_of
        self._declared_area, self._area, self._account = area, area, account
        self.on_person: Callable[[int, Cells], object] | None = None
        """Told each row that holds a person once it is judged, whether it is taken or not."""
        self._added = layout.added
        self._words = {**ACCOUNT, **{words.meaning(word): status for word, status in (account_words or {}).items()}}
        self._carrier = Carrier()
        self._ids: dict[str, int] = {}
        self._people: dict[int, int] = {}
        self._faults: list[_Fault] = []
        self._phones: Counter[str] = Counter()
        self._birth = lru_cache(1 << 15)(self._birth_of)
        self._age_odd = lru_cache(1 << 15)(self._age_oddity)
        self._after_signature = False
        self._since_total = self._since_group = 0
        place = {field: column.index for field, column in layout.fields.items()}

        def at(field: str) -> int:
            return place.get(field, -1)  # each row gets one blank cell more, which stands at -1

        self._at_name, self._at_id, self._at_birth = at("name"), at("id_number"), at("birth")
        self._at_male, self._at_female, self._at_sex = at("male_mark"), at("female_mark"), at("sex")
        self._at_area, self._at_phone, self._at_relation = at("area"), at("phone"), at("relation")
        self._at_house = (at("household_key"), at("head"), at("house"), at("lane"), at("house_no"))
        self._at_account, self._at_level_1, self._at_level_2 = at("account"), at("level_1"), at("level_2")
        self._at_residence, self._at_temporary, self._at_permanent = at("residence"), at("temporary"), at("permanent")

    def accepted(self, rows: Iterable[NumberedRow]) -> Iterator[RosterRow]:
        """Yield the people of `rows`; every other row is accounted for in `tally`."""
        kinds, header_ends = self.tally.kinds, self.layout.header_ends
        for number, cells in rows:
            if number <= header_ends:
                kinds["letterhead"] += 1
                continue
            for index in self._added:
                cells[index] = ""
            cells.append("")
            if number <= header_ends + 2 or not self._looks_like_a_person(cells):
                other = classify(cells, self.layout, after_signature=self._after_signature)
                if other.kind != "person":
                    self._note(number, other)
                    continue
            row = self._person(number, cells)
            if self.on_person is not None:
                self.on_person(number, cells)
            if row is None:
                self._reject(number, cells)
                continue
            kinds["accepted"] += 1
            yield row

    @property
    def area_above(self) -> str:
        """The area that a group row above states for the rows below it, or nothing."""
        return "" if self._area == self._declared_area else self._area

    @property
    def household_told(self) -> Printed:
        """What the newest row states of its household, its blanks filled from the rows above."""
        return self._carrier.told

    def findings(self) -> list[Finding]:
        """Return the findings about columns and rows, once all rows were judged."""
        for phone, people in self._phones.items():
            if people > SHARED_BY:
                self.tally.doubt("phone_shared", 0, "", masked_tail(phone))
        self._phones.clear()
        return [*self.layout.findings, *self.tally.findings()]

    def _looks_like_a_person(self, cells: Cells) -> bool:
        name = cells[self._at_name]
        born = cells[self._at_birth] or cells[self._at_male] or cells[self._at_female]
        return bool(name and (cells[self._at_id] or born) and name != self.layout.fields["name"].header)

    def _note(self, number: int, other: OtherRow) -> None:
        """Account for a row that is no person, and remember what it says about the rows below."""
        kind = "group" if other.kind in ("area", "household") else other.kind
        self.tally.kinds[kind] += 1
        if other.kind == "area":
            self._area, self._since_group = other.text, 0
            self._carrier.forget()
        elif other.kind == "household":
            self._carrier.open_group(other.text, other.head)
        elif other.kind == "signature":
            self._after_signature = True
        elif other.kind == "total":
            self._check_total(number, other.total)

    def _check_total(self, number: int, stated: int | None) -> None:
        if stated is not None and stated not in (self.tally.people, self._since_total, self._since_group):
            self.tally.doubt("total_disagrees", number, "", f"{stated} ≠ {self._since_total}")
        self._since_total = self._since_group = 0

    def _reject(self, number: int, cells: Cells) -> None:
        """Account for a row that is handed back: once as a row, and with each of its faults."""
        self.tally.kinds["rejected"] += 1
        self._since_total += 1
        self._since_group += 1
        for check, field, values in self._faults:
            column = self.layout.fields.get(field)
            value = cells[column.index] if column else ""
            shown = "" if check in _UNTOLD else masked_tail(value) if field in _MASKED else value[:80]
            self.tally.reject(check, number, column.label if column else "", shown, values)

    def _blame(self, check: str, field: str, **values: int) -> None:
        """Note a fault of the row at hand; each check once."""
        if not any(fault.check == check for fault in self._faults):
            self._faults.append(_Fault(check, field, values))

    def _doubt(self, check: str, number: int, field: str, value: str) -> None:
        column = self.layout.fields.get(field)
        shown = "" if check in _UNTOLD else masked_tail(value) if field in _MASKED else value[:80]
        self.tally.doubt(check, number, column.label if column else "", shown)

    def _person(self, number: int, cells: Cells) -> RosterRow | None:
        """Judge one person; None if the row has faults: all of them stand in `_faults` then.

        The household of a row with faults counts all the same for the rows below that leave theirs blank.
        """
        self._faults.clear()
        name = cells[self._at_name]
        self._judge_name(number, name)
        folded = fold(name)
        sex = self._sex_of(number, cells)
        birth = self._judged_birth(cells)
        identity = self._judged_id(number, cells, sex, birth)
        if self._needs.identity and identity.problem == birth.problem == "empty":
            self._blame("identity_missing", "id_number")
        area = cells[self._at_area] or self._area
        if not area and self._needs.area:
            self._blame("area_missing", "area")
        relation = cells[self._at_relation]
        is_head = bool(relation) and words.meaning(relation) in HEAD_WORDS
        place, filled = self._carrier.place_of(self._printed_place(cells), name=name, is_head=is_head)
        if place is not None:
            self._judge_text(place.head, "place", "head", of_person=True)
            self._judge_text(place.lane, "place", "lane")
            self._judge_text(place.house_no, "place", "house_no")
        elif self._needs.household:
            self._blame("household_missing", "head")
        account = self._account_of(cells)
        self._judge_twice(number, identity.value, (folded, birth.value, place.key if place else "", area), cells)
        if self._faults:
            if area and self.on_area is not None:
                self.on_area(number, area)
            return None
        if sex is None and identity.value is not None and identity.value[:3] in KNOWN_PREFIXES:
            sex = sex_of(identity.value)
            self.tally.repairs["sex_from_id"] += 1
        self._note_taken(number, birth, identity, filled=filled)
        head = place.head if place else ""
        return RosterRow(
            row_no=number,
            name=name,
            name_fold=folded,
            name_sort=sort_key(name),
            id_number=identity.value,
            birth_on=birth.value,
            birth_precision=birth.precision,
            sex=sex,
            area_text=area,
            lane=place.lane if place else "",
            house_no=place.house_no if place else "",
            place_sort=place.order if place else "",
            household_key=place.key if place else "",
            head_name=head,
            is_head=is_head or (not relation and bool(head) and fold(head) == folded),
            relation=self._relation_of(number, relation),
            residence=self._residence_of(number, cells),
            phone=self._phone_of(number, cells[self._at_phone]),
            account=account,
        )

    def _judge_name(self, number: int, name: str) -> None:
        self._judge_text(name, "name", "name", of_person=True)
        problem = None if self._faults else name_problem(name)
        if problem in ("name_one_word", "name_short"):
            self._doubt(problem, number, "name", name)
        elif problem is not None:
            self._blame(problem, "name")

    def _judge_text(self, text: str, kind: str, field: str, *, of_person: bool = False) -> None:
        """Blame a name or address that holds how somebody answered, or a number that belongs into another column."""
        if not text:
            return
        if has_long_number(text):
            self._blame(f"{kind}_number", field)
        elif may_answer(text) and answer_in_name(text, of_person=of_person):
            self._blame(f"{kind}_text", field)

    def _relation_of(self, number: int, text: str) -> str:
        """Return the relation to the head; left out, with a doubt, if it holds what it must not."""
        if text and (has_long_number(text) or (may_answer(text) and answer_in_name(text))):
            self._doubt("relation_text", number, "relation", text)
            return ""
        return text

    def _sex_of(self, number: int, cells: Cells) -> Sex | None:
        """Read the sex: a word, or in which of the columns Nam and Nữ there is anything."""
        text = cells[self._at_sex]
        if text:
            sex = SEX.get(words.meaning(text))
            if sex is None:
                self._doubt("sex_unknown", number, "sex", text)
            return sex
        if cells[self._at_male] and cells[self._at_male].casefold() not in NO_MARKS:
            return "male"
        if cells[self._at_female] and cells[self._at_female].casefold() not in NO_MARKS:
            return "female"
        only_female = self._at_female >= 0 and self._at_male < 0 and self._at_sex < 0
        return "male" if only_female else None

    def _judged_birth(self, cells: Cells) -> JudgedBirth:
        text, field = self._birth_cell(cells)
        birth = self._birth(text)
        if birth.problem == "century":
            digits = cells[self._at_id]
            id_year = birth_year_of(digits) if len(digits) == 12 and digits.isdecimal() else None
            birth = judge_birth(text, this_year=self._as_of.year, id_year=id_year)
        if birth.problem not in (None, "empty"):
            self._blame(f"birth_{birth.problem}", field)
        return birth

    def _birth_cell(self, cells: Cells) -> tuple[str, str]:
        """Return the text of the birth and its field: its own column, or the year under Nam or Nữ."""
        if not cells[self._at_birth]:
            for field, at in (("male_mark", self._at_male), ("female_mark", self._at_female)):
                if cells[at] and cells[at].casefold() not in MARKS | NO_MARKS:
                    return cells[at], field
        return cells[self._at_birth], "birth"

    def _birth_of(self, text: str) -> JudgedBirth:
        return judge_birth(text, this_year=self._as_of.year)

    def _judged_id(self, number: int, cells: Cells, sex: Sex | None, birth: JudgedBirth) -> JudgedId:
        text = cells[self._at_id]
        if not text:
            return _NO_ID
        judged = judge_id(text, sex=sex, birth_year=birth.year)
        if judged.value is None and judged.problem != "empty":
            self._blame(f"id_{judged.problem}", "id_number")
        for doubt in judged.doubts:
            self._doubt(f"id_{doubt}", number, "id_number", judged.value or "")
        return judged

    def _judge_twice(self, number: int, id_number: str | None, person: tuple[object, ...], cells: Cells) -> None:
        """Blame an ID number that an earlier row has, and a row without one that repeats an earlier row.

        A row with faults is compared but not remembered: it takes nobody's place.
        """
        key = hash(person)
        if self._faults:
            first = self._ids.get(id_number, number) if id_number is not None else self._people.get(key, number)
            if first != number:
                check, field = ("person_twice", "name") if id_number is None else ("id_duplicate", "id_number")
                self._blame(check, field, first=first)
            return
        if id_number is not None:
            first = self._ids.setdefault(id_number, number)
            if first != number:
                self._blame("id_duplicate", "id_number", first=first)
                return
        first = self._people.setdefault(key, number)
        if first != number:
            if id_number is None:
                self._blame("person_twice", "name", first=first)
            else:
                self._doubt("person_twice", number, "name", cells[self._at_name])

    def _note_taken(self, number: int, birth: JudgedBirth, identity: JudgedId, *, filled: bool) -> None:
        """Count what was repaired in a row that is taken, and whether its age is likely."""
        repairs = self.tally.repairs
        self._since_total += 1
        self._since_group += 1
        if filled:
            repairs["household_filled"] += 1
        if identity.zeros_added:
            repairs["id_zeros"] += 1
        if birth.value is not None:
            if birth.repaired:
                repairs["birth_repaired"] += 1
            odd = self._age_odd(birth.value)
            if odd:
                self._doubt(odd, number, "birth", birth.value)

    def _age_oddity(self, birth_on: str) -> str:
        """Return the check that a birth fails on the day of the list, '' if it fails none."""
        if birth_on > self._as_of.isoformat()[: len(birth_on)]:
            return "birth_future"
        age = whole_years(birth_on, self._as_of)
        return "age_low" if age < YOUNGEST else "age_high" if age > OLDEST else ""

    def _printed_place(self, cells: Cells) -> Printed:
        number, head, house, lane, house_no = self._at_house
        return cells[number], cells[head], cells[house], cells[lane], cells[house_no]

    def _residence_of(self, number: int, cells: Cells) -> Residence | None:
        text = cells[self._at_residence]
        if text:
            residence = RESIDENCE.get(words.meaning(text))
            if residence is None:
                self._doubt("residence_unknown", number, "residence", text)
            return residence
        if cells[self._at_temporary]:
            return "temporary"
        return "permanent" if cells[self._at_permanent] else None

    def _phone_of(self, number: int, text: str) -> str | None:
        if not text:
            return None
        judged = judge_phone(text)
        if judged.value is None:
            if judged.problem != "empty":
                self._doubt("phone_unusable", number, "phone", text)
            return None
        if judged.several:
            self._doubt("phone_several", number, "phone", text)
        if judged.renumbered:
            self.tally.repairs["phone_renumbered"] += 1
        self._phones[judged.value] += 1
        return judged.value

    def _account_of(self, cells: Cells) -> Account | None:
        """Read the state of the level-2 account from its column, from ticks under Mức 1 and Mức 2, or as declared."""
        text = cells[self._at_account]
        field = "account"
        if not text and self._at_level_2 >= 0:
            text, field = cells[self._at_level_2], "level_2"
            if text.casefold() in MARKS:
                return "activated"
            if text.casefold() in NO_MARKS:
                return "none"
        if not text:
            if self._account is None and self._needs.account:
                self._blame("account_missing", "account")
            return self._account
        account = words.account_of(text, self._words)
        if account is None:
            self._blame("account_unknown", field)
        return account
