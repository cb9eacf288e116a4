"""A unit worked through from the command line: visits, exits, voids, ticks, figures, proofs. The tests follow one another in time."""

import json

from tests.workflow.cli.conftest import Place, roster, set_up

MEMBER, LEADER = "member-t01", "team-leader-t01"


def doors(place, by=MEMBER, now="2025-05-12 08:00", limit=20):
    return place.json("doors", "--limit", limit, by=by, now=now)


def count_of(place, code, *arguments):
    lines = place.json("report", *arguments)["lines"]
    return next(line["count"] for line in lines if line["code"] == code)


def test_the_report_of_a_fresh_unit_balances(place):
    report = place.json("report", "an-lac-2025", "--as-of", "2025-05-12T08:00")

    assert list(report) == [
        "campaign", "as_of", "known_at", "ledger_no", "total", "balanced", "lines", "findings",
    ]  # fmt: skip
    assert (report["campaign"], report["total"], report["balanced"]) == ("an-lac-2025", 40, True)
    assert report["as_of"] == "2025-05-12T08:00:00+07:00"
    assert set(report["lines"][0]) == {"code", "label", "count", "base", "policy", "percent"}
    assert count_of(place, "1", "--as-of", "2025-05-12T08:00", "--area", "A01") < 40


def test_people_read_the_same_report_in_words(place):
    shown = place.run("report", "--as-of", "2025-05-12 08:00").stdout

    assert "Tính đến trước 08:00 ngày 12/5/2025" in shown
    assert "Các dòng cộng đúng bằng tổng." in shown


def test_doors_are_dealt_out_once_and_handed_over_with_a_reason(place):
    dealt = place.json("assign", by="coordinator", now="2025-05-12 07:00")
    again = place.json("assign", by="coordinator", now="2025-05-12 07:10")

    assert dealt["to_member"] > 0
    assert (again["to_team"], again["to_member"]) == (0, 0)
    (door,) = doors(place, "team-leader-t01", "2025-05-12 07:20", limit=1)
    hand_over = ("assign", "--door", door["door"], "--team", "T01", "--reason", "Bận")
    assert "Đã chuyển 1 hộ" in place.run(*hand_over, by=LEADER, now="2025-05-12 07:30").stdout
    assert "Bỏ qua 1 hộ đã ở đúng chỗ" in place.run(*hand_over, by=LEADER, now="2025-05-12 07:30").stdout
    assert "không thuộc quyền" in place.refused("assign", by=MEMBER, now="2025-05-12 07:40")
    assert "ghi --team (tổ nhận) và --reason" in place.refused("assign", "--area", "A01", by=LEADER, code=2)


def test_a_visit_moves_people_and_the_same_key_moves_them_once(place):
    door = doors(place)[0]
    first = door["people"][0]["case"]
    command = ("visit", "--door", door["door"], "--outcome", f"{first}=took_part", "--key", "k1")

    answer = place.json(*command, by=MEMBER, now="2025-05-12 19:00")
    again = place.json(*command, "--at", "2025-05-12 19:00", by=MEMBER, now="2025-05-12 19:05")

    assert answer == again
    assert count_of(place, "2", "--as-of", "2025-05-12 19:01") == 1
    assert count_of(place, "2", "--as-of", "2025-05-12 19:00") == 0


def test_a_key_that_was_used_for_something_else_is_refused(place):
    door = doors(place)[0]
    command = ("visit", "--door", door["door"], "--key", "k2", "--outcome")
    place.run(*command, "nobody_home", by=MEMBER, now="2025-05-12 19:10")

    refusal = place.refused(*command, f"{door['people'][0]['case']}=took_part", by=MEMBER, now="2025-05-12 19:10")

    assert "Mã gửi này đã dùng cho một việc khác" in refusal


def test_who_is_done_reads_alike_whichever_way(place):
    door = next(each for each in doors(place, now="2025-05-12 19:20") if len(each["people"]) > 2)
    ended, done = [person["case"] for person in door["people"] if person["state"] == "activated"][:2]

    answer = place.json(
        "visit", "--door", door["door"], "--outcome", f"{ended}=not_taking_part", "--outcome", f"{done}=took_part",
        by=MEMBER, now="2025-05-12 19:30",
    )  # fmt: skip

    seen = [(answer["cases"][case]["state"], answer["cases"][case]["label"]) for case in (ended, done)]
    assert seen == [("finished", "Đã kết thúc liên hệ")] * 2
    shown = place.run("doors", "--all", by=MEMBER, now="2025-05-12 19:40").stdout
    assert "declined" not in shown
    assert "Đã góp ý" not in shown


def test_a_file_of_visits_is_answered_line_by_line(place, visits):
    first, second = doors(place, now="2025-05-13 08:00")[:2]
    file = visits([
        {"key": "f1", "door": first["door"], "at": "2025-05-13 09:00", "outcomes": [{"outcome": "nobody_home"}]},
        {"key": "f2", "door": first["door"], "at": "2025-05-13 09:10", "outcomes": [{"outcome": "no_such_outcome"}]},
        {"key": "f3", "door": second["door"], "at": "2025-05-13 09:20", "done_by": LEADER, "mode": "phone",
         "outcomes": [{"case": second["people"][0]["case"], "outcome": "not_met"}]},
    ])  # fmt: skip

    result = place.run("visit", "--file", file, "--json", by=MEMBER, now="2025-05-13 20:00", code=1)

    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(answer["key"], answer["ok"]) for answer in answers] == [("f1", True), ("f2", False), ("f3", True)]
    assert "no_such_outcome" in answers[1]["refused"]["message"]
    again = place.run("visit", "--file", file, by=MEMBER, now="2025-05-13 20:10", code=1).stdout
    assert "Đã ghi 2 lượt, bị từ chối 1 lượt." in again


def ask_for_exits(place, count, now):
    """Record that `count` people live abroad; return the requests that wait for confirmation."""
    asked = 0
    for door in doors(place, now=now):
        people = [each["case"] for each in door["people"] if each["state"] == "activated"][: count - asked]
        if people:
            outcomes = [part for case in people for part in ("--outcome", f"{case}=went_abroad")]
            place.run("visit", "--door", door["door"], *outcomes, "--evidence", "Thẻ tạm trú", by=MEMBER, now=now)
            asked += len(people)
        if asked == count:
            break
    return [each["request"] for each in place.json("exits", "list", by=LEADER, now=now)]


def test_exits_are_listed_confirmed_and_returned_once(place):
    first, second = ask_for_exits(place, 2, "2025-05-14 09:00")

    confirmed = place.run("exits", "confirm", first, "--json", by=LEADER, now="2025-05-14 10:00")
    returned = place.run("exits", "return", second, "--reason", "Cần giấy tờ", by=LEADER, now="2025-05-14 10:05")
    again = place.run("exits", "confirm", first, by=LEADER, now="2025-05-14 10:10", code=1)

    assert json.loads(confirmed.stdout)["status"] == "confirmed"
    assert "đã trả lại" in returned.stdout
    assert "đã được xử lý" in again.stdout
    assert place.json("exits", "list", by=LEADER, now="2025-05-14 10:15") == []
    assert count_of(place, "3.4", "--as-of", "2025-05-14 10:20") == 1


def test_somebody_of_another_team_sees_no_requests_and_decides_none(place):
    (request,) = ask_for_exits(place, 1, "2025-05-14 11:00")

    assert place.json("exits", "list", by="team-leader-t02", now="2025-05-14 11:10") == []
    refusal = place.run("exits", "confirm", request, by="team-leader-t02", now="2025-05-14 11:10", code=1).stdout
    assert "Không tìm thấy" in refusal


def test_a_void_puts_everything_back_and_both_stay(place):
    door = doors(place, now="2025-05-14 12:00")[0]
    case = next(each["case"] for each in door["people"] if each["state"] == "activated")
    before = count_of(place, "2", "--as-of", "2025-05-14 13:00")
    number = place.json(
        "visit", "--door", door["door"], "--outcome", f"{case}=took_part", by=MEMBER, now="2025-05-14 12:10"
    )["ledger_no"]
    assert count_of(place, "2", "--as-of", "2025-05-14 13:00") == before + 1

    answer = place.json("void", number, "--reason", "Bấm nhầm người", by=MEMBER, now="2025-05-14 12:20")

    assert number in answer["voided"]
    assert count_of(place, "2", "--as-of", "2025-05-14 13:00") == before
    assert "đã sửa" in place.refused("void", number, "--reason", "Lần nữa", by=MEMBER, now="2025-05-14 12:30")


def test_a_tick_writes_once(place):
    first = place.json("tick", "--as-of", "2025-05-16 08:00")
    second = place.json("tick", "--as-of", "2025-05-16 08:00")

    assert first[0]["rules"]["silent-activated"] > 0
    assert (second[0]["unit"], second[0]["written"]) == ("phuong-mau", 0)
    assert "silent-activated" not in place.run("tick", "--as-of", "2025-05-16 08:00").stdout


def test_the_ledger_does_not_go_back(place):
    place.run("tick", "--as-of", "2025-05-16 08:30")

    assert "sổ của “phuong-mau” đã ghi đến" in place.refused("tick", "--as-of", "2025-05-15 08:00")
    assert "chọn “2025-05-16 08:30” hoặc sau đó" in place.refused(
        "void", 1, "--reason", "x", by="coordinator", now="2025-05-07 08:00"
    )


def test_backdating_changes_what_is_known_now_and_not_what_was_known_then(place):
    door = next(d for d in doors(place, now="2025-05-16 09:00") if any(p["state"] == "activated" for p in d["people"]))
    case = next(each["case"] for each in door["people"] if each["state"] == "activated")
    cut = ("--as-of", "2025-05-16 10:00")
    then = count_of(place, "2", *cut, "--known", "then")

    place.run(
        "visit", "--door", door["door"], "--outcome", f"{case}=took_part", "--at", "2025-05-16 09:30",
        by=MEMBER, now="2025-05-16 11:00",
    )  # fmt: skip

    assert count_of(place, "2", *cut, "--known", "then") == then
    assert count_of(place, "2", *cut, "--known", "now") == then + 1
    assert count_of(place, "2", *cut, "--known", "1") == 0


def test_the_same_list_twice_changes_nothing(place):
    file = roster(place.folder)
    declared = ("roster", "import", file, "--list", "L1", "--as-of", "2025-05-06 09:00", "--complete")

    again = place.json(*declared, by="coordinator", now="2025-05-16 12:00")

    assert (again["status"], again["counts"]["created"]) == ("already", 0)
    assert again["counts"]["rows"] == 40


def test_checking_a_list_writes_nothing_and_hands_rows_back(place):
    file = roster(place.folder, people=10, seed=9, name="other.xlsx")
    before = place.json("report", "--as-of", "2025-05-16 13:00")

    checked = place.json("roster", "check", file, "--list", "L1", "--area", "A01", "--rejects", place.folder / "r.xlsx",
                         by="coordinator", now="2025-05-16 13:00", code=1)  # fmt: skip

    assert checked["status"] == "judged"
    counts = checked["counts"]
    assert counts["rows"] == 10 == counts["created"] + counts["rejected"]
    assert 0 < counts["rejected"] == len(checked["rejections"])
    assert (place.folder / "r.xlsx").stat().st_size > 1000
    assert place.json("report", "--as-of", "2025-05-16 13:00") == before


def test_seals_anchors_and_the_proof(place):
    sealed = place.json("seal", now="2025-05-17 08:00")
    anchor = place.folder / "anchor.json"
    place.run("anchor", anchor)

    proof = place.json("verify", "--anchor", anchor)

    assert sealed[0]["events"] > 0
    assert (proof["ok"], proof["units"], proof["violations"]) == (True, ["phuong-mau"], [])
    assert place.json("seal", now="2025-05-17 08:00")[0]["events"] == 0


def test_a_backup_comes_back_into_a_new_place_and_proves_itself(place, tmp_path):
    file, new = tmp_path / "b.tnb", tmp_path / "new"
    made = place.json("backup", file, "--with-keys")
    env = {name: value for name, value in place.env.items() if name == "TUNGNHA_BACKUP_PASSPHRASE"}
    place.env, old = {**env, "TUNGNHA_INSTANCE": str(new)}, place.env
    try:
        restored = place.json("restore", file, "--into", new, "--verify")
        assert (restored["rows"], restored["verified"], restored["keys"]) == (made["rows"], True, True)
        assert place.json("verify")["ok"]
        assert "không trống" in place.refused("restore", file, "--into", new)
    finally:
        place.env = old
    assert "Đã có tệp" in place.refused("backup", file)


def test_whoami_names_the_posts(place):
    who = place.json("whoami", by=LEADER, now="2025-05-17 08:00")

    assert who["posts"][0]["role"] == "team_leader"
    assert who["posts"][0]["where"] == "Tổ công tác số 1"
    assert "Tổ trưởng tổ công tác" in place.run("whoami", by=LEADER, now="2025-05-17 08:00").stdout


def test_an_import_is_undone_but_for_whom_somebody_met_since(kind, tmp_path):
    place = set_up(Place(kind, tmp_path, "cli_undo"))
    file = place.json(
        "roster", "import", roster(tmp_path), "--list", "L1", "--as-of", "2025-05-06 09:00", "--complete",
        by="coordinator", now="2025-05-06 11:00",
    )["file"]  # fmt: skip
    door = doors(place, now="2025-05-12 08:00")[0]
    met = door["people"][0]["case"]
    place.run("visit", "--door", door["door"], "--outcome", f"{met}=took_part", by=MEMBER, now="2025-05-12 19:00")

    undone = place.json(
        "roster", "undo", file, "--reason", "Nhầm tệp", by="coordinator", now="2025-05-12 20:00", code=1
    )

    assert met in [kept.get("case") for kept in undone["kept"]]
    assert count_of(place, "1", "--as-of", "2025-05-12 21:00") == len(
        {kept["case"] for kept in undone["kept"] if "case" in kept}
    )
    assert place.json("verify")["ok"]
    again = place.refused("roster", "undo", file, "--reason", "Lần nữa", by="coordinator", now="2025-05-12 20:10")
    assert "đã hủy" in again
