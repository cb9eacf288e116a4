"""The daily close for programs: periods, closing without a team, the bytes."""

import hashlib

from tests.web.api.conftest import Town
from tests.web.api.program import Program, problem
from workflow.actions.open_plan import open_plan

DAY = "2025-05-16"


def test_a_program_closes_a_day_and_reads_its_bytes(town: Town) -> None:
    with town.world.book() as (book, context):
        open_plan(book, context)
    town.world.go_to("2025-05-16 15:58")
    town.world.tick()
    hai, an = Program(town, "hai"), Program(town, "an")

    periods = hai.get("closes").json["periods"]
    assert [(each["period"], each["state"]) for each in periods] == [(DAY, "running"), ("2025-05-15", "due")]
    assert hai.get(f"closes/{DAY}").status_code == 404
    assert an.get("closes").status_code == an.post(f"closes/{DAY}/close", {}).status_code == 404
    assert hai.post("closes/khong-co/close", {"x": 1}).status_code == 404
    problem(hai.post(f"closes/{DAY}/close", {"x": 1}), 422, "invalid")
    problem(hai.post(f"closes/{DAY}/close", {"without": ["T1"]}), 409, "not_sure")
    done = hai.post(f"closes/{DAY}/close", {"without": ["T1", "T2"]}, key="k")
    assert (done.status_code, done.json["missing"]) == (200, ["T1", "T2"])
    assert hai.post(f"closes/{DAY}/close", {"without": ["T1", "T2"]}, key="k").headers["Idempotent-Replay"] == "true"
    problem(hai.post(f"closes/{DAY}/close", {"without": ["T1", "T2"]}), 409, "already_decided")

    told = hai.get(f"closes/{DAY}")
    assert hashlib.sha256(told.data).hexdigest() == done.json["sha256"]
    assert told.json["figures"]["listed"] == 5
    assert hai.get(f"closes/{DAY}?revision=2").status_code == 404
    first = hai.get("closes").json["periods"][0]
    assert (first["state"], first["revision"], first["sha256"]) == ("closed", 1, done.json["sha256"])
