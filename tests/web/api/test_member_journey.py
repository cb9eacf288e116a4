"""A member's morning through the API: queue, door, visit, the same visit again, taking it back, giving the door back."""

import uuid
from typing import Any

from tests.web.api.conftest import PEOPLE, Town
from tests.web.api.program import Program, problem
from workflow.actions.assign_doors import reassign
from workflow.tables import Door, Event, Subject, Visit

HAPPENED = "2025-05-16T08:50:00+07:00"


def visit(person: dict[str, Any], outcome: str = "took_part", **more: Any) -> dict[str, Any]:
    return {
        "happened_at": HAPPENED,
        "findings": [{"outcome": outcome, "case": person["case"], "state_version": person["state_version"], **more}],
    }


def persons(door: dict[str, Any]) -> dict[str, Any]:
    return {person["name"]: person for person in door["people"]}


def give(town: Town, login: str = "binh") -> None:
    """Let the leader give the first door to somebody."""
    leader, holder = town.world.actor("an"), town.world.actor(login).membership_id
    team = leader.holds("team_leader")[0].team_id
    assert team is not None
    town.world.command(
        "an",
        lambda book, context, actor: reassign(
            book, context, actor, [town.door], team_id=team, assignee_id=holder, reason="Chia tuyến"
        ),
    )


def test_a_morning(town: Town) -> None:
    binh = Program(town, "binh")
    me = binh.get("/api/v1/me").json
    assert me["account"]["login"] == "binh"
    [place] = [unit for unit in me["units"] if unit["code"] == town.world.code]
    assert (place["roles"], place["now"]) == (["member"], "2025-05-16T09:00:00+07:00")
    assert place["membership"] == str(town.world.actor("binh").membership_id)
    unit = binh.get(f"/api/v1/{town.world.code}").json
    assert [each["code"] for each in unit["campaigns"]] == ["cat-thanh-2025"]

    queue = binh.get("queue").json
    assert [door["house_no"] for door in queue["doors"]] == ["36", "38"]
    assert queue["total"] == queue["counts"]["due"] == 2
    assert queue["next"] is None
    first, second = queue["doors"]
    assert "took_part" in {choice["outcome"] for choice in first["people"][0]["choices"]}
    assert second["people"][0]["choices"] == []

    page = binh.get(f"doors/{town.door}")
    assert page.headers["ETag"] == f'"{page.json["state_version"]}"'
    hang, hai, ba = (persons(page.json)[name] for name in PEOPLE)
    sent = visit(hang)
    sent["findings"] += visit(hai, "promised", promised_at="2025-05-16T19:00:00+07:00")["findings"]
    done = binh.post(f"doors/{town.door}/visits", sent, key="phone-1:7")
    assert done.status_code == 201
    assert "Idempotent-Replay" not in done.headers
    assert done.json["cases"][hang["case"]] == {
        "state": "finished",
        "label": "Đã kết thúc liên hệ",
        "state_version": None,
    }

    again = binh.post(f"doors/{town.door}/visits", sent, key="phone-1:7")
    assert (again.status_code, again.json) == (201, done.json)
    assert again.headers["Idempotent-Replay"] == "true"
    assert len(town.world.rows(Visit)) == 1

    after = binh.get(f"doors/{town.door}").json
    assert persons(after)[PEOPLE[0]]["state"] == "finished"
    assert persons(after)[PEOPLE[1]]["follow_up_at"] == "2025-05-16T19:00:00+07:00"
    assert persons(after)[PEOPLE[2]] == ba
    assert after["history"][0]["ledger_no"] == done.json["ledger_no"]
    assert after["history"][0]["at"] == HAPPENED

    void = binh.post(f"events/{done.json['ledger_no']}/void", {"reason": "Bấm nhầm người"})
    assert (void.status_code, void.json) == (201, {"voided": done.json["ledger_no"]})
    back = persons(binh.get(f"doors/{town.door}").json)
    assert (back[PEOPLE[0]]["state"], back[PEOPLE[1]]["follow_up_at"]) == (hang["state"], None)
    assert back[PEOPLE[0]]["state_version"] > hang["state_version"]
    problem(binh.post(f"events/{done.json['ledger_no']}/void", {"reason": "Lần nữa"}), 409, "already_decided")


def test_a_key_stands_for_one_change(town: Town) -> None:
    binh = Program(town, "binh")
    people = persons(binh.get(f"doors/{town.door}").json)
    first = visit(people[PEOPLE[0]])
    assert binh.post(f"doors/{town.door}/visits", first, key="k1").status_code == 201

    other_body = binh.post(f"doors/{town.door}/visits", visit(people[PEOPLE[1]]), key="k1")
    other_place = binh.post(f"doors/{town.doors[1]}/visits", first, key="k1")

    problem(other_body, 422, "key_reused")
    problem(other_place, 422, "key_reused")
    assert len(town.world.rows(Visit)) == 1


def test_a_visit_is_all_or_nothing(town: Town) -> None:
    binh = Program(town, "binh")
    people = persons(binh.get(f"doors/{town.door}").json)
    sent = visit(people[PEOPLE[0]])
    sent["findings"] += visit({**people[PEOPLE[1]], "state_version": 99})["findings"]

    told = problem(binh.post(f"doors/{town.door}/visits", sent, key="k1"), 409, "stale")

    assert (told["yours"], told["theirs"]) == (99, people[PEOPLE[1]]["state_version"])
    assert town.world.rows(Visit) == []
    sent["findings"][1]["state_version"] = people[PEOPLE[1]]["state_version"]
    assert binh.post(f"doors/{town.door}/visits", sent, key="k1").status_code == 201  # a refusal uses up no key


def test_a_finding_about_a_person_names_what_was_read(town: Town) -> None:
    binh = Program(town, "binh")
    sent = visit({"case": str(town.cases[0]), "state_version": None})

    told = problem(binh.post(f"doors/{town.door}/visits", sent), 422, "invalid")

    assert told["errors"] == [
        {"path": "/findings/0/state_version", "message": "chưa có; gửi bản đã đọc cùng người này"}
    ]


def test_a_visit_counts_when_it_happened(town: Town) -> None:
    binh = Program(town, "binh")
    sent = {
        "happened_at": "2025-05-15T17:00:00Z",
        "mode": "phone",
        "findings": [{"outcome": "nobody_home"}],
        "claimed_at": HAPPENED,
    }

    assert binh.post(f"doors/{town.door}/visits", sent).status_code == 201
    [row] = town.world.rows(Visit)
    assert binh.get(f"doors/{town.door}").json["history"][0]["at"] == "2025-05-16T00:00:00+07:00"
    assert (row.mode, row.claimed_at - row.happened_at) == ("phone", (8 * 60 + 50) * 60_000_000)
    late = {**sent, "happened_at": "2025-05-16T09:00:01+07:00"}
    problem(binh.post(f"doors/{town.door}/visits", late), 422, "outside_window")


def test_a_door_goes_back_to_the_team_as_it_was_read(town: Town) -> None:
    give(town)
    binh = Program(town, "binh")
    version = binh.get(f"doors/{town.door}").json["state_version"]
    path, reason = f"doors/{town.door}/hand-back", {"reason": "Ngoài tuyến đi"}

    problem(binh.post(path, reason), 428, "no_version")
    problem(binh.post(path, reason, headers={"If-Match": "7"}), 400, "unreadable")
    problem(binh.post(path, reason, headers={"If-Match": "*"}), 400, "unreadable")
    stale = problem(binh.post(path, reason, version=version - 1), 412, "stale")
    assert (stale["theirs"], stale["yours"]) == (version, version - 1)
    assert town.world.door(town.door).assignee_id is not None

    done = binh.post(path, reason, key="back", version=version)
    assert (done.status_code, done.json["state_version"]) == (200, version + 1)
    assert town.world.door(town.door).assignee_id is None
    again = binh.post(path, reason, key="back", version=version)
    assert (again.status_code, again.json) == (200, done.json)
    problem(binh.post(path, reason, key="back", version=version + 1), 422, "key_reused")


def test_somebody_found_at_the_door_is_added(town: Town) -> None:
    binh = Program(town, "binh")
    new = {"name": "Lê Thị Mới", "birth": "1970", "residence": "thường trú", "account": "đã kích hoạt"}

    done = binh.post(f"doors/{town.door}/people", new, key="new")

    assert done.status_code == 201, done.text
    assert binh.post(f"doors/{town.door}/people", new, key="new").json == done.json
    added = persons(binh.get(f"doors/{town.door}").json)["Lê Thị Mới"]
    assert added["case"] in done.json["cases"].values()
    assert added["birth_year"] == "1970"
    assert len([row for row in town.world.rows(Subject) if row.name == "Lê Thị Mới"]) == 1
    twice = problem(binh.post(f"doors/{town.door}/people", new), 422, "bad_input")
    assert "trùng họ tên" in twice["detail"]


def test_a_search_travels_in_the_body(town: Town) -> None:
    binh = Program(town, "binh")

    found = binh.post("queue/searches", {"text": "do quang"}, key="")

    assert found.status_code == 200
    assert [door["id"] for door in found.json["doors"]] == [str(town.door)]
    problem(binh.post("queue/searches", {"text": "*"}), 422, "bad_input")
    assert len(town.world.rows(Event, Event.kind == "visit")) == 0


def test_pages_of_the_queue_follow_each_other(town: Town) -> None:
    for house in range(40, 44):
        town.world.household([f"Người Số {house}"], lane="Ngõ 30", house=str(house))
    binh, seen, after = Program(town, "binh"), list[uuid.UUID](), 0
    while after is not None:
        page = binh.get(f"queue?limit=2&after={after}").json
        seen += [door["id"] for door in page["doors"]]
        after = page["next"]
    mine = {str(door.id) for door in town.world.rows(Door)} - {str(town.foreign)}
    assert (len(seen), set(seen)) == (6, mine)
