"""Wherever somebody's act is shown, a delegate's reads “A thay B”: holders of posts, closes, papers, letters, the inbox."""

import uuid
from pathlib import Path

from rules.time import DAY
from tests.workflow.absence.conftest import Away
from tests.workflow.inbox.conftest import NOTICED, Silent
from tests.workflow.officials import appoint
from workflow.actions.close_period import close_period
from workflow.actions.make_paper import make_paper
from workflow.actions.note_phoned import note_phoned
from workflow.actions.open_plan import open_plan
from workflow.actions.reopen_period import answer_reopening, ask_reopening
from workflow.actions.urge import urge
from workflow.closing.board import period_page
from workflow.files import FileStore
from workflow.queries.in_hand import in_hand
from workflow.queries.late_work import late_work
from workflow.queries.papers import papers_of
from workflow.queries.post_holders import holders_of_posts
from workflow.queries.unit_people import colleague_of_unit
from workflow.queries.urge_letters import letters_of
from workflow.tables import Post, Team

TO, PERIOD, PHONED, CUT = "2025-05-19 12:00", "2025-05-18", "2025-05-18 15:00", "2025-05-18 16:30"


def test_closes_papers_letters_and_calls_of_a_delegate_name_both(
    silent: Silent, silent_away: Away, tmp_path: Path
) -> None:
    away, world, files = silent_away, silent.world, FileStore(tmp_path)
    with world.book() as (book, context):
        open_plan(book, context)
    silent.at(PHONED)
    away.plan("hai", "dung", None, TO)
    team, both = next(row.id for row in world.rows(Team) if row.code == "T1"), "Phạm Thị Dung thay Đỗ Văn Hải"

    def dung(work: object, by: str = "dung") -> dict[str, object]:
        return world.command(by, work)  # type: ignore[arg-type]

    dung(lambda book, context, actor: {"id": str(note_phoned(book, context, PERIOD, team, 3, actor=actor, said_by_id=away.id("an")))})  # fmt: skip
    with world.store.read() as session:
        told = period_page(session, world.actor("dung"), world.context(), PERIOD, now=world.clock.now()).phoned
    assert [one.who_was_told for one in told] == [both]

    silent.at(CUT)
    closed = dung(lambda book, context, actor: {"id": str(close_period(book, context, PERIOD, actor=actor, without=("T1", "T2")).id)})  # fmt: skip
    close_id = uuid.UUID(str(closed["id"]))
    dung(lambda book, context, actor: make_paper(book, context, actor, close_id, kind="daily", files=files))
    with world.store.read() as session:
        late = late_work(session, world.actor("dung"), world.context(), now=world.clock.now())[0].key
    dung(lambda book, context, actor: urge(book, context, actor, late, answer_by=book.now + DAY, unit_name="Thử", files=files))  # fmt: skip
    dung(
        lambda book, context, actor: {"id": str(ask_reopening(book, context, PERIOD, actor=actor, reason="nhập nhầm"))}
    )
    dung(lambda book, context, actor: {"id": str(answer_reopening(book, context, PERIOD, actor=actor, agree=False).id)}, "khanh")  # fmt: skip

    with world.store.read() as session:
        page = period_page(session, world.actor("khanh"), world.context(), PERIOD, now=world.clock.now())
        assert [page.makers[one.ledger_no] for one in page.revisions] == [both]
        assert [(one.who_asked, one.who_answered) for one in page.reopenings] == [(both, "Ngô Thị Khánh")]
        assert [one.made_by for one in papers_of(session, world.context())] == [both]
        assert [one.made_by for one in letters_of(session, None, world.context())] == [both]


def test_who_holds_a_post_and_who_has_an_episode_in_hand_name_both(silent: Silent, silent_away: Away) -> None:
    away, world = silent_away, silent.world
    silent.at(NOTICED)
    away.plan("an", "dung", None, TO)
    post = next(row.id for row in world.rows(Post) if row.role == "team_leader" and row.scope == "T1")
    silent.answer("dung", silent.ids(0), "acknowledged")

    both, now = "Phạm Thị Dung thay Nguyễn Văn An", world.clock.now()
    with world.store.read() as session:
        assert holders_of_posts(session, world.unit_id, [post], now=now) == {post: ("Nguyễn Văn An", both)}
        hand = in_hand(session, world.unit_id, silent.ids(0))
    assert [one.by for one in hand.values()] == [both]
    admin = world.actor(appoint(world, "administrator"))
    with world.store.read() as session:
        dung = colleague_of_unit(session, admin, away.id("dung"), now=now, real_now=now)
    assert [(each.scope, each.acting_for) for each in dung.posts] == [("T1", "Nguyễn Văn An"), ("T2", None)]
