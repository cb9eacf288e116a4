"""Closing days at a terminal: a draft, the close without a team, the bytes, opening again by two."""

import hashlib
import json

from tests.workflow.cli.conftest import Place

PERIOD, NOW = "2025-05-20", "2025-05-20 21:59"


def test_a_day_is_closed_shown_and_opened_again(place: Place) -> None:
    draft = place.json("close", "show", PERIOD, "--draft", by="coordinator", now=NOW)
    assert draft["revision"] == 1
    assert draft["total"] > 0
    assert "quá giờ, chưa chốt" in place.run("close", "list", by="coordinator", now=NOW).stdout
    assert "không có" not in place.refused("close", "show", PERIOD, by="coordinator", now=NOW)
    early = place.refused("close", "run", PERIOD, by="coordinator", now="2025-05-20 09:00")
    assert "Còn sớm" in early
    assert "chốt sớm thì thêm --early, rồi chạy lại." in early
    closed = place.json("close", "run", PERIOD, by="coordinator", now=NOW)
    assert closed["missing"] == []
    bytes_of = place.run("close", "show", PERIOD, "--json", by="chair", now=NOW).stdout.rstrip("\n")
    assert hashlib.sha256(bytes_of.encode()).hexdigest() == closed["sha256"]
    assert "đã chốt lần 1" in place.refused("close", "run", PERIOD, by="coordinator", now=NOW)

    assert place.run("close", "reopen", PERIOD, by="coordinator", now=NOW, code=2)
    place.run("close", "reopen", PERIOD, "--reason", "thiếu một khu", by="coordinator", now=NOW)
    assert "một người khác" in place.refused("close", "reopen", PERIOD, "--agree", by="coordinator", now=NOW)
    assert "chờ chốt lại" in place.run("close", "reopen", PERIOD, "--agree", by="chair", now=NOW).stdout
    assert "lần 2" in place.run("close", "run", PERIOD, by="coordinator", now=NOW).stdout
    assert "Khác lần 1: không số nào đổi." in place.run("close", "show", PERIOD, by="coordinator", now=NOW).stdout
    again = place.run("close", "show", PERIOD, "--revision", 1, "--json", by="chair", now=NOW).stdout.rstrip("\n")
    assert again == bytes_of
    listed = place.json("close", "list", by="coordinator", now=NOW)
    assert [(row["period"], row["revision"]) for row in listed if row["state"] == "closed"] == [(PERIOD, 2)]
    assert json.loads(bytes_of)["period"] == PERIOD
    assert place.json("verify", now=NOW)["ok"]
