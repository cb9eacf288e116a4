"""What holds on every page of the plan: foreign is absent, nobody sees more, English is English, pages cost little."""

import re

from sqlalchemy import update

from rules.time import DAY, HOUR, MINUTE
from tests.web.plan.conftest import appoint, nowhere, task, url
from tests.web.plan.reading import marked
from tests.web.site import Site
from web.plan.words import BADGES, DONE, ENGINE_WORDS
from workflow.access import who_may_move_task
from workflow.plan.life import MOVES, STATE_LABELS
from workflow.plan.standing import STANDINGS, words_of
from workflow.tables import Account


def test_foreign_and_absent_are_one_page_whatever_is_asked(plan: Site) -> None:
    an, foreign, absent = plan.as_("an"), task(plan, "emulation").id, nowhere()
    asks = [
        ("get", ""), ("post", "/progress"), ("get", "/moves/start"), ("post", "/moves/start"), ("get", "/evidence/new/link"),
        ("post", "/evidence/new/link"), ("get", f"/evidence/{absent}/file"), ("get", f"/evidence/{absent}/withdraw"),
        ("post", f"/evidence/{absent}/withdraw"),
    ]  # fmt: skip
    for method, rest in asks:
        one, other = (getattr(an, method)(f"plan/{key}{rest}") for key in (foreign, absent))
        assert one.status_code == other.status_code == 404, (method, rest)
        assert marked(one.text) == marked(other.text)
    assert an.get("plan/items/nothing").status_code == 404
    assert an.get(url(plan, "team-finishes", scope="T2")).status_code == 404
    assert an.get(url(plan, "team-finishes", scope="T1")).status_code == 200
    assert an.get(url(plan, "team-finishes", "/moves/complete", scope="T1")).status_code == 404


def test_nobody_is_shown_what_others_do_and_everybody_is_refused_it(plan: Site) -> None:
    lan = plan.as_("lan")
    told = marked(lan.get(url(plan, "team-finishes", scope="T1")).text)

    refused = lan.post(url(plan, "team-finishes", "/moves/start", scope="T1"), {"state_version": "1"})

    assert "Gửi duyệt: người được giao nhiệm vụ này" in told
    assert "Bắt đầu làm" not in told
    assert refused.status_code == 403
    assert task(plan, "team-finishes", "T1").state == "assigned"


def test_the_words_of_the_engine_are_those_that_have_their_english() -> None:
    named = set(ENGINE_WORDS)
    stands = {words_of(standing, due, 0)[0] for standing in STANDINGS for due in (None, DAY, HOUR, MINUTE)}
    past = {words_of("overdue", -due, 0)[0] for due in (DAY, HOUR, MINUTE)}
    who = {who_may_move_task(move) for move, rule in MOVES.items() if rule.is_plain}

    assert named >= {*STATE_LABELS.values(), *(move.label for move in MOVES.values()), *stands, *past, *who}
    assert set(DONE) == {move for move, rule in MOVES.items() if rule.is_plain}
    assert set(BADGES) == set(STANDINGS)


def test_who_has_no_part_in_the_plan_finds_no_such_page(plan: Site) -> None:
    appoint(plan, "tra", "Võ Văn Tra", "auditor", "auditor")
    assert plan.as_("tra").get("plan").status_code == 404
    assert plan.stranger().get("plan").status_code in (302, 303)


def test_in_english_no_sentence_of_ours_is_left_in_vietnamese(plan: Site) -> None:
    with plan.world.store.write() as session:
        session.execute(update(Account).where(Account.login == "hai").values(locale="en"))
    hai = plan.as_("hai")

    board, page = marked(hai.get("plan?view=all").text), marked(hai.get(url(plan, "staff-first")).text)

    assert "Staff and relatives first" in board
    assert "4 days overdue" in board
    assert "0/2 teams have sent" in board
    assert "before 00:00, 20 May 2025" in page
    for words in ("Quá hạn", "còn hạn", "Chủ trì", "Minh chứng", "Lịch sử", "Phối hợp", "đã giao"):
        assert words not in board + page


def test_pages_cost_few_statements_and_say_nothing_in_address_or_title(plan: Site) -> None:
    from tests.workflow.plan.statements import statements_of

    hai = plan.as_("hai")
    for path in (
        "plan",
        "plan?view=all",
        url(plan, "staff-first"),
        "plan/items/daily-report?period=2025-05-23",
        "plan/staff",
    ):
        with statements_of(plan.world.store) as sent:
            page = hai.get(path)
        assert page.status_code == 200
        reads = [one for one in sent if one.lstrip().upper().startswith("SELECT")]
        assert len(reads) <= 18, path
        title = re.search(r"<title>(.*?)</title>", page.text)
        assert title is not None
        assert "Lan" not in title.group(1)
        assert "style=" not in page.text
