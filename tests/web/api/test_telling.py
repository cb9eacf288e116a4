"""The numbers for the telephone through the API: read, noted as said, beside what the national system shows."""

import uuid

from tests.web.api.program import Program, problem
from tests.web.api.test_document import INSIDE, check, document
from tests.web.site import Site
from tests.workflow.answer.town import SOURCE, afternoon
from workflow.tables import SaidFigure, SystemCount

AT = "2025-05-24T15:30:00+07:00"


def test_read_enter_say_and_take_back(site: Site) -> None:
    town, made, hai = afternoon(site.world), document(site), Program(site, "hai")
    counts = f"{INSIDE}figures/system-counts"
    entered = hai.post("figures/system-counts/new", {"n": 4, "as_of": AT, "source": SOURCE}, key="c1")
    check(made, site, entered, f"{counts}/new", "post")
    assert hai.post("figures/system-counts/new", {"n": 4, "as_of": AT, "source": SOURCE}, key="c1").json == entered.json
    sent = hai.send(
        "figures/system-counts/files", "so.csv", "Địa bàn,Số\nTDP 1,3\nTDP 8,4\n".encode(), as_of=AT, source=SOURCE
    )
    check(made, site, sent, f"{counts}/files", "post")
    assert (sent.json["rows"], sent.json["created"], len(sent.json["rejected"])) == (2, 1, 1)

    page = hai.get("figures/answer")
    check(made, site, page, f"{INSIDE}figures/answer")
    assert (page.json["n"], page.json["left"], page.json["since"]["change"]) == (7, 3, 5)
    assert (page.json["system"]["difference"], page.json["system"]["unexplained"]) == (-3, -1)
    assert [team["name"] for team in page.json["missing_teams"]] == ["Tổ công tác số 1", "Tổ công tác số 2"]
    cut = {"as_of": page.json["as_of"], "ledger_no": page.json["ledger_no"]}
    said = hai.post("figures/said", {"recipient": "UBND huyện", "channel": "phone", **cut})
    check(made, site, said, f"{INSIDE}figures/said", "post")
    assert said.json["n"] == 7
    for wrong in ({"channel": "fax"}, {"ledger_no": 10**9}, {"as_of": "2026-01-01T00:00:00+07:00"}, {"recipient": ""}):
        problem(
            hai.post("figures/said", {"recipient": "UBND huyện", "channel": "phone", **cut, **wrong}), 422, "invalid"
        )
    for path, name in (("said", said.json["said"]), ("system-counts", entered.json["count"])):
        back = hai.post(f"figures/{path}/{name}/withdraw", {"reason": "ghi nhầm"})
        assert back.status_code == 200, back.text
        assert hai.post(f"figures/{path}/{name}/withdraw", {"reason": "ghi nhầm"}).status_code == 409
        assert hai.post(f"figures/{path}/{uuid.uuid4()}/withdraw", {"reason": "ghi nhầm"}).status_code == 404
    listed = hai.get("figures/system-counts")
    check(made, site, listed, counts)
    assert listed.json["difference"] is None
    assert [one["because"] for one in listed.json["counts"]] in (["ghi nhầm", None], [None, "ghi nhầm"])
    assert (len(town.world.rows(SaidFigure)), len(town.world.rows(SystemCount))) == (1, 2)
    assert Program(site, "khanh").get("figures/answer").status_code == 200
    assert (
        Program(site, "khanh").post("figures/system-counts/new", {"n": 4, "as_of": AT, "source": SOURCE}).status_code
        == 404
    )
    assert Program(site, "an").get("figures/answer").status_code == 404


def test_settle_who_waits_and_take_it_back(site: Site) -> None:
    town, made, hai = afternoon(site.world), document(site), Program(site, "hai")
    counts = f"{INSIDE}figures/system-counts"
    count = town.system(7, "2025-05-24 15:30")["count"]

    done = hai.post(f"figures/system-counts/{count}/settle", {}, key="s1")

    check(made, site, done, f"{counts}/{{count_id}}/settle", "post")
    assert (done.json["settled"], done.json["left"]) == (2, 0)
    assert hai.post(f"figures/system-counts/{count}/settle", {}, key="s1").json == done.json
    problem(hai.post(f"figures/system-counts/{count}/settle", {}), 422, "bad_input")
    (listed,) = hai.get("figures/system-counts").json["counts"]
    assert (listed["has_settled"], listed["settled"]) == (True, 2)
    back = hai.post(f"figures/system-counts/{count}/unsettle", {"reason": "bấm nhầm"})
    check(made, site, back, f"{counts}/{{count_id}}/unsettle", "post")
    assert (back.json["undone"], back.json["kept"]) == (2, 0)
    for name in ("settle", "unsettle"):
        assert hai.post(f"figures/system-counts/{uuid.uuid4()}/{name}", {"reason": "x"}).status_code == 404
        assert Program(site, "khanh").post(f"figures/system-counts/{count}/{name}", {"reason": "x"}).status_code == 404
