"""The pages of absences and of handing a shift over: what stands there for whom, what is refused, and what others are told."""

import re
import uuid
from typing import Any

import pytest

from rules.time import HOUR, MINUTE
from tests.web.api.program import Program, problem
from tests.web.site import Site
from tests.web.team.test_team_pages import english, plain
from tests.workflow.absence.conftest import Away
from tests.workflow.absence.test_in_whose_name import _asked, _decide
from tests.workflow.officials import appoint
from workflow.signing.sessions import limits_for, open_sign_in
from workflow.tables import Area, PostHolding, Request

__all__ = ["english"]

TO = "18/5 12h"


@pytest.fixture
def member(site: Site) -> dict[str, str]:
    site.world.go_to("2025-05-16 11:00")
    return {
        login: str(site.world.actor(login).membership_id) for login in ("an", "binh", "dung", "giang", "khanh", "hai")
    }


def lent(site: Site) -> list[PostHolding]:
    return [row for row in site.world.rows(PostHolding) if row.acting_for_id is not None]


def at_unit(site: Site, path: str) -> str:
    return f"/{site.world.code}/{path}"


def test_planned_on_the_page_both_are_told_on_the_first_page(site: Site, member: dict[str, str]) -> None:
    an = site.as_("an")

    sent = an.post(at_unit(site, "absences"), {"from_at": "17/5 8h", "to_at": TO, "delegate": member["binh"]})

    assert sent.status_code == 303
    assert len(lent(site)) == 1
    for login, words in (
        ("an", "Vắng từ 08:00 ngày 17/5/2025 đến 12:00 ngày 18/5/2025, đ/c Trần Thị Bình làm thay."),
        ("binh", "Đ/c Nguyễn Văn An vắng từ 08:00 ngày 17/5/2025 đến 12:00 ngày 18/5/2025, đồng chí làm thay."),
    ):
        first = site.as_(login).client.get(site.path(""), follow_redirects=True)
        assert words in plain(first.text), login
    assert "làm thay" not in site.as_("cuong").client.get(site.path(""), follow_redirects=True).text


def test_a_refusal_stays_in_the_form(site: Site, member: dict[str, str]) -> None:
    an = site.as_("an")

    past = an.post(at_unit(site, "absences"), {"from_at": "16/5/2025 9:00", "to_at": TO, "delegate": member["binh"]})
    nobody = an.post(at_unit(site, "absences"), {"from_at": "", "to_at": TO, "delegate": ""})
    foreign = an.post(at_unit(site, "absences"), {"from_at": "", "to_at": TO, "delegate": str(uuid.uuid4())})

    assert (past.status_code, "Vắng từ: đã qua" in plain(past.text)) == (422, True)
    assert (nobody.status_code, "chưa chọn; chọn một người" in plain(nobody.text)) == (422, True)
    assert foreign.status_code == 422
    assert lent(site) == []


def test_who_plans_for_others_chooses_whom_and_a_leader_only_themself(site: Site, member: dict[str, str]) -> None:
    page = site.as_("hai").get(at_unit(site, f"absences?who={member['giang']}"))
    assert "Người vắng" in page.text
    site.as_("hai").post(at_unit(site, f"absences?who={member['giang']}"), {"to_at": TO, "delegate": member["an"]})
    assert [str(row.acting_for_id) for row in lent(site)] == [member["giang"]]
    assert "Hoàng Thị Giang" in site.as_("hai").get(at_unit(site, "absences")).text

    assert site.as_("an").get(at_unit(site, f"absences?who={member['khanh']}")).status_code == 404
    forged = site.as_("an").post(
        at_unit(site, f"absences?who={member['khanh']}"), {"to_at": TO, "delegate": member["binh"]}
    )
    assert (forged.status_code, len(lent(site))) == (404, 1)


def test_it_is_planned_for_whom_the_form_shows(site: Site, member: dict[str, str]) -> None:
    """Whoever chooses somebody else in the list and sends at once means them, not the one the page was opened for."""
    hai = site.as_("hai")
    sent = hai.post(at_unit(site, "absences"), {"absent": member["giang"], "to_at": TO, "delegate": member["an"]})

    assert [(str(row.acting_for_id), str(row.membership_id)) for row in lent(site)] == [(member["giang"], member["an"])]
    said = plain(hai.client.get(sent.headers["Location"]).text)
    assert "Hoàng Thị Giang · " in said
    assert "vắng, Nguyễn Văn An · " in said


def test_who_stands_in_is_asked_again_for_somebody_else(site: Site, member: dict[str, str]) -> None:
    hai = site.as_("hai")
    wrong = hai.post(at_unit(site, "absences"), {"absent": member["an"], "to_at": TO, "delegate": member["an"]})
    assert (wrong.status_code, lent(site)) == (422, [])

    chosen = hai.post(at_unit(site, "absences"), {"absent": member["an"], "to_at": "x", "choose": "1"})
    assert chosen.status_code == 303
    page = hai.client.get(chosen.headers["Location"]).text
    assert re.search(rf'<option selected value="{member["an"]}">', page)
    assert "Trần Thị Bình · " in page, "a member of their own team may stand in for a team's leader"
    assert lent(site) == []


def test_ended_early_by_whom_it_concerns_only(site: Site, member: dict[str, str]) -> None:
    site.as_("an").post(at_unit(site, "absences"), {"to_at": TO, "delegate": member["binh"]})
    (absence,) = lent(site)

    assert site.as_("dung").post(at_unit(site, f"absences/{absence.id}/end")).status_code == 404
    assert "team" in site.as_("binh").get("team").request.path
    assert site.as_("binh").get("team").status_code == 200
    assert site.as_("an").post(at_unit(site, f"absences/{absence.id}/end")).status_code == 303
    assert site.as_("binh").get("team").status_code == 404


def test_a_shift_goes_with_a_note_and_is_received(site: Site, member: dict[str, str]) -> None:
    binh, an = site.as_("binh"), site.as_("an")
    empty = binh.post("shift", {"to": member["an"], "note": ""})
    assert (empty.status_code, "không có hộ hay việc nào" in plain(empty.text)) == (422, True)

    binh.post("shift", {"to": member["an"], "note": "Nhà số 2 có chó dữ"})

    assert "Đã giao ca: 0 hộ, 0 việc cần xử lý." in plain(binh.get("shift").text)
    first = an.client.get(site.path(""), follow_redirects=True).text
    assert "Trần Thị Bình giao ca lúc 11:00 ngày 16/5/2025" in plain(first)
    assert "Lời nhắn: Nhà số 2 có chó dữ" in plain(first)
    action = re.search(r'action="([^"]+/receive)"', first)
    assert action is not None
    assert an.post(action.group(1)).status_code == 303
    assert "giao ca lúc" not in an.client.get(site.path(""), follow_redirects=True).text.split("Đã nhận ca.")[-1]
    assert "đã nhận" in plain(binh.get("shift").text)
    assert site.as_("dung").post(action.group(1)).status_code == 404


def test_who_stands_in_for_a_leader_is_asked_to_sign_in_again_as_a_leader_is(site: Site) -> None:
    site.world.go_to("2025-05-16 11:00")
    area = next(row.id for row in site.world.rows(Area) if row.code == "A1")
    head = appoint(site.world, "area_head", area_id=area)  # an account with a place in no other unit

    def browser() -> Any:
        with site.world.store.write() as session:
            token = open_sign_in(
                session, site.world.account(head), device="test", device_token=None, is_shared=False,
                limits=limits_for(["area_head"]), now=site.world.clock.now(), ids=site.world.ids,
            )  # fmt: skip
        client = site.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        return client

    page, program, front = browser(), browser(), browser()
    site.world.clock.instant += 5 * HOUR
    assert page.get(at_unit(site, "absences")).status_code == 200
    site.world.clock.instant += 30 * MINUTE
    delegate = str(site.world.actor(head).membership_id)
    site.as_("an").post(at_unit(site, "absences"), {"from_at": "", "to_at": TO, "delegate": delegate})
    assert len(lent(site)) == 1

    assert page.get(site.path("escalations")).status_code == 200
    assert program.get(f"/api/v1{site.path('escalations')}").status_code == 401
    assert [front.get(path).status_code for path in ("/me", site.path("escalations"))] == [303, 303]
    site.world.clock.instant += HOUR
    assert page.get(site.path("escalations")).status_code == 303


def test_after_the_end_a_program_takes_nothing_back_either(site: Site) -> None:
    away = Away(site.world)
    _, _, request = _asked(away, by="cuong")
    away.plan("an", "binh", None, "2025-05-20 12:00")
    _decide(away, "binh", request)
    (decided,) = site.world.rows(Request)
    site.world.go_to("2025-05-21 09:00")

    answer = Program(site, "binh").post(f"events/{decided.decided_no}/void", {"reason": "Ghi nhầm"})

    problem(answer, 403, "not_permitted")
    assert [row.status for row in site.world.rows(Request)] == ["confirmed"]


def test_a_day_alone_is_the_end_of_that_day_and_the_days_page_says_the_hour_of_any_other(
    site: Site, member: dict[str, str]
) -> None:
    an, giang = site.as_("an"), site.as_("giang")
    assert an.post(at_unit(site, "absences"), {"to_at": "26/5", "delegate": member["binh"]}).status_code == 303
    assert (
        giang.post(at_unit(site, "absences"), {"to_at": "17:00 26/5", "delegate": member["khanh"]}).status_code == 303
    )

    text = plain(site.as_("hai").get("escalations/teams").text)
    assert "Trần Thị Bình làm thay đến hết ngày 26/5/2025" in text
    assert "Ngô Thị Khánh làm thay đến 17:00 26/5" in text


def test_titles_of_posts_are_english_on_an_english_page(site: Site, member: dict[str, str]) -> None:
    an, place = site.as_("an"), f"/{site.world.code}/absences"
    an.post(place, {"to_at": TO, "delegate": member["binh"]})
    assert "Tổ trưởng tổ công tác (T1)" in plain(an.get(place).text)

    an.post("/me/language", {"locale": "en"})

    text = plain(an.get(place).text)
    assert "Team leader (T1)" in text or "team leader (T1)" in text.lower()
    assert "Tổ trưởng tổ công tác" not in text
    assert "Thành viên tổ công tác" not in text
