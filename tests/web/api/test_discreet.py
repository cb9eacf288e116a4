"""Nothing that the API answers to anybody tells who took part from who did not."""

import re
from pathlib import Path
from typing import Any

from tests.web.api.conftest import Town
from tests.web.api.program import Program
from tests.workflow.conftest import NewWorld
from workflow.actions.record_visit import Finding

ENDINGS = ("took_part", "took_part_not_deducted", "not_taking_part")
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32}")
READERS = ("binh", "an", "giang", "hai", "khanh", "em")
SAID = re.compile("declined|not_taking|submitted|unreconciled|không tham gia|took_part", re.IGNORECASE)


def plain(town: Town, text: str) -> str:
    """Return an answer with its ids numbered in the order of their appearance and without what every town has of its own."""
    seen: dict[str, int] = {}
    text = re.sub(r'"csrf_token": ?"[^"]+"', "", text.replace(town.world.code, "unit"))
    return _ID.sub(lambda found: f"#{seen.setdefault(found[0], len(seen))}", text)


def everything(town: Town) -> dict[str, str]:
    """Return every answer that somebody can read, by who and where."""
    found = {}
    for login in READERS:
        program = Program(town, login)
        for path in (
            f"/api/v1/{town.world.code}", "queue", "queue?show=all", f"doors/{town.door}", "teams", "exits", "escalations", "tasks?view=all",
            "figures/report", "escalations?whole_unit=true",
        ):  # fmt: skip
            answer = program.get(path)
            found[f"{login} {path.replace(str(town.door), 'door').replace(town.world.code, 'unit')}"] = (
                f"{answer.status_code} {plain(town, answer.text)}"
            )
        for path, body in (
            ("queue/searches", {"text": "Đỗ Quang Hằng"}),
            ("queue/searches", {"text": "36"}),
            ("doors/searches", {"search": "Đỗ Quang"}),
            ("doors/searches", {"with_work": True}),
        ):
            answer = program.post(path, body)
            found[f"{login} {path} {body}"] = f"{answer.status_code} {plain(town, answer.text)}"
    return found


def end(town: Town, endings: tuple[str, ...]) -> list[str]:
    """Let contact with the three end in these ways, one visit each, and return what the visitor's program was answered."""
    binh, told = Program(town, "binh"), []
    for case, outcome in zip(town.cases, endings, strict=True):
        door = binh.get(f"doors/{town.door}").json
        [version] = [person["state_version"] for person in door["people"] if person["case"] == str(case)]
        finding = {"outcome": outcome, "case": str(case), "state_version": version}
        answer = binh.post(
            f"doors/{town.door}/visits", {"happened_at": "2025-05-16T08:55:00+07:00", "findings": [finding]}
        )
        told.append(f"{answer.status_code} {plain(town, answer.text)}")
        finding["outcome"] = "needs_help"
        refused = binh.post(
            f"doors/{town.door}/visits", {"happened_at": "2025-05-16T08:56:00+07:00", "findings": [finding]}
        )
        told.append(f"{refused.status_code} {plain(town, refused.text)}")
    return told


def test_whoever_declined_reads_like_whoever_took_part(worlds: NewWorld, web_folder: Path) -> None:
    towns = [Town(worlds(), web_folder) for _ in range(2)]
    answers = [end(town, endings) for town, endings in zip(towns, (ENDINGS, (ENDINGS[2], *ENDINGS[:2])), strict=True)]

    assert answers[0] == answers[1]
    assert len(set(answers[0][1::2])) == 1  # said of somebody with whom contact has ended: refused in the same words
    first, second = (everything(town) for town in towns)
    assert first.keys() == second.keys()
    for asked in first:
        assert first[asked] == second[asked], asked


def test_people_of_one_door_read_alike(town: Town) -> None:
    end(town, ENDINGS)

    for login in ("binh", "an", "giang", "hai"):
        door: dict[str, Any] = Program(town, login).get(f"doors/{town.door}").json
        people = [
            {name: value for name, value in person.items() if name not in ("case", "subject", "name")}
            for person in door["people"]
        ]
        assert len(people) == 3
        assert people[0] == people[1] == people[2]
        assert (people[0]["state"], people[0]["state_version"], people[0]["choices"]) == ("finished", None, [])
        said = [{**line["said"][0], "name": ""} for line in door["history"] if line["kind"] == "visit"]
        assert said[0] == said[1] == said[2]
        text = re.sub(r'"choices":\[.*?\],"history"', "", Program(town, login).get(f"doors/{town.door}").text)
        assert not SAID.search(text.encode().decode("unicode_escape", "ignore"))


def test_a_search_finds_only_whoever_is_still_to_be_met(town: Town) -> None:
    end(town, ENDINGS)
    town.world.household(["Đỗ Quang Bảo"], house="50")

    for login in ("binh", "an", "hai"):
        program = Program(town, login)
        for path, body in (
            ("queue/searches", {"text": "do quang"}),
            ("doors/searches", {"with_work": True, "search": "do quang"}),
        ):
            answer = program.post(path, body)
            if answer.status_code == 200:
                assert [door["house_no"] for door in answer.json["doors"]] == ["50"], (login, path)


def test_an_undone_ending_reads_like_another_undone_ending(worlds: NewWorld, web_folder: Path) -> None:
    told = []
    for outcome in ENDINGS[::2]:
        town = Town(worlds(), web_folder)
        town.world.visit("binh", town.door, Finding(outcome, town.cases[0]))
        binh = Program(town, "binh")
        number = binh.get(f"doors/{town.door}").json["history"][0]["ledger_no"]
        void = binh.post(f"events/{number}/void", {"reason": "Bấm nhầm"})
        assert void.status_code == 201
        told.append([plain(town, void.text), *everything(town).values()])

    assert told[0] == told[1]
