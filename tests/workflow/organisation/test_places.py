"""Posts, teams, areas and bodies change; what they held does not get lost."""

import uuid

import pytest
from sqlalchemy import select

from tests.workflow.conftest import NewWorld, pack_called
from tests.workflow.organisation.administering import done, traces
from tests.workflow.signing.office import Office
from tests.workflow.world import World
from workflow.actions.assign_doors import assign_doors
from workflow.actions.manage_people import end_place
from workflow.actions.manage_places import add_area, add_body, add_team, rename_area, rename_team, set_team_area
from workflow.actions.manage_posts import end_post, give_post
from workflow.actions.open_campaign import open_campaign
from workflow.errors import BadInput, NotFound
from workflow.ledger.references import reference_digest
from workflow.ledger.seals import anchor
from workflow.queries.organisation import Places, places_of_unit, posts_to_give
from workflow.signing.cards import print_cards
from workflow.tables import AreaAlias, Assignment, Door, Event, Post, PostHolding, TeamArea
from workflow.verify.run import verify


def places(office: Office) -> Places:
    """Return the places as the administrator sees them."""
    with office.store.read() as session:
        return places_of_unit(session, office.actor("admin"), now=office.now)


def with_campaign(office: Office) -> Office:
    """Open the town's campaign in an office."""
    with office.store.write() as session:
        open_campaign(session, office.unit_id, pack_called("cat-thanh-2025"), now=office.now)
    return office


def test_a_new_team_gets_vacant_posts_and_one_of_them_is_given(office: Office) -> None:
    with_campaign(office)
    office.later(1)
    done(office, add_team, code="T3", name="Tổ công tác số 3")
    done(office, set_team_area, places(office).areas[0].id, team_id=places(office).teams[-1].id)
    done(office, give_post, office.actor("idle").membership_id, code="team_leader", scope="T3")

    first, _, third = places(office).teams

    assert (third.code, third.areas, third.leaders, third.members) == ("T3", ("Thôn 1",), ("Đào Thị Rảnh",), 0)
    assert (first.areas, first.leaders, first.members) == ((), ("Nguyễn Văn Lãnh",), 1)
    assert [post.role for post in office.actor("idle").posts] == ["team_leader"]
    assert office.actor("idle").posts[0].team_id == third.id
    assert traces(office) == ["add_team", "set_team_area", "give_post"]
    with office.store.read() as session:
        choices = posts_to_give(session, office.actor("admin"))
        made = set(session.execute(select(Post.code, Post.scope).where(Post.unit_id == office.unit_id)).all())
    assert {(one.code, one.scope) for one in choices} == {tuple(row) for row in made}
    assert {one.place for one in choices if one.scope == "T3"} == {"Tổ công tác số 3"}
    assert choices[0].place is None


def test_posts_that_are_not_of_the_pack_or_not_there_cannot_be_given(office: Office) -> None:
    member = office.actor("idle").membership_id
    for code, scope in (("king", "unit"), ("member", "unit"), ("member", "T9"), ("administrator", "T1")):
        with pytest.raises(NotFound):
            done(office, give_post, member, code=code, scope=scope)
    with pytest.raises(BadInput, match="đang giữ"):
        done(office, give_post, office.actor("member").membership_id, code="member", scope="T1")


def test_a_post_given_again_after_it_ended_is_a_new_holding(office: Office) -> None:
    member = office.actor("member").membership_id
    with office.store.read() as session:
        holding = session.scalars(select(PostHolding.id).where(PostHolding.membership_id == member)).one()
    office.later(1)
    done(office, end_post, holding)
    assert office.actor("member").posts == ()
    with pytest.raises(BadInput, match="đã kết thúc"):
        done(office, end_post, holding)
    office.later(1)

    done(office, give_post, member, code="member", scope="T1")

    assert [post.code for post in office.actor("member").posts] == ["member"]
    with office.store.read() as session:
        assert len(session.scalars(select(PostHolding.id).where(PostHolding.membership_id == member)).all()) == 2


def test_an_area_goes_to_another_team_to_none_and_back(office: Office) -> None:
    area, teams = places(office).areas[0].id, [team.id for team in places(office).teams]
    told = []
    for team in (teams[0], teams[1], None, None, teams[0]):
        office.later(1)
        told.append(done(office, set_team_area, area, team_id=team)["changed"])

    assert told == [False, True, True, False, True]
    assert places(office).areas[0].team == "Tổ công tác số 1"
    with office.store.read() as session:
        rows = session.execute(
            select(TeamArea.team_id, TeamArea.from_at, TeamArea.to_at)
            .where(TeamArea.area_id == area)
            .order_by(TeamArea.from_at)
        ).all()
    assert [row.team_id for row in rows] == [teams[0], teams[1], teams[0]]
    assert rows[0].to_at == rows[1].from_at
    assert [row.to_at is None for row in rows] == [False, False, True]


def test_an_area_is_found_in_lists_by_code_name_and_its_former_name(office: Office) -> None:
    area = uuid.UUID(done(office, add_area, code="A3", name="Thôn Đông")["area"])
    done(office, rename_area, area, name="Thôn Đông Hòa")

    with office.store.read() as session:
        aliases = session.scalars(select(AreaAlias.alias).where(AreaAlias.area_id == area)).all()
    assert sorted(aliases) == ["a3", "thon dong", "thon dong hoa"]
    assert places(office).areas[-1].name == "Thôn Đông Hòa"
    done(office, rename_area, area, name="Thôn Đông Hòa")
    for act, args, values in (
        (rename_area, (area,), {"name": "THON 1"}),
        (add_area, (), {"code": "A4", "name": "Thôn Đông"}),
    ):
        with pytest.raises(BadInput, match="đã là tên của địa bàn khác"):
            done(office, act, *args, **values)


def test_codes_are_one_set_for_all_places(office: Office) -> None:
    for act in (add_team, add_area, add_body):
        for code in ("T1", "a2", "unit", "", "có dấu"):
            with pytest.raises(BadInput, match="Mã"):
                done(office, act, code=code, name="Nơi Mới")
    with pytest.raises(BadInput, match="chọn một trong danh sách"):
        done(office, add_body, code="bank", name="Ngân hàng", kind="bank")

    done(office, add_body, code="women", name="Hội Phụ nữ", kind="union", counts_staff=True)

    body = places(office).bodies[0]
    assert (body.code, body.kind, body.counts_staff, body.people) == ("women", "union", True, ())
    done(office, rename_team, places(office).teams[0].id, name="Tổ số Một")
    assert places(office).teams[0].name == "Tổ số Một"


def test_doors_of_who_leaves_go_back_to_the_team_and_the_books_stay_right(administered: World) -> None:
    world = administered
    doors = [world.household([f"Nguyễn Văn {n}"], house=str(n))[0] for n in range(4)]
    other, _ = world.household(["Nguyễn Văn Xa"], area="A2")
    world.command("hai", lambda book, context, actor: assign_doors(book, context, actor))
    binh, cuong = world.actor("binh").membership_id, world.actor("cuong").membership_id
    held = {door.id: door.assignee_id for door in world.rows(Door)}
    assert [held[door] for door in doors].count(binh) == 2
    now = world.go_to("2025-05-16 09:00")

    told = world.command("hai", lambda book, context, actor: end_place(book, actor, binh, real_now=now))

    assert told["doors"] == 2
    after = {door.id: (door.team_id, door.assignee_id) for door in world.rows(Door)}
    assert {after[door][1] for door in doors} == {None, cuong}
    assert all(after[door][0] is not None for door in doors)
    assert after[other][1] == held[other]
    assert {event.actor_id for event in world.events(Event.kind == "transfer", Event.recorded_at == now)} == {
        world.actor("hai").membership_id
    }
    assert len(world.rows(Assignment, Assignment.to_at == now)) == 2
    with world.store.read() as session:
        report = verify(session, [world.unit_id])
    unsealed = "I5-personal"  # the world's people come in without personal seals
    assert [one for one in report.violations if one.severity == "error" and one.check != unsealed] == []


def test_doors_stay_with_who_keeps_another_post_in_the_team(administered: World) -> None:
    world = administered
    door, _ = world.household(["Nguyễn Văn Một"])
    world.command("hai", lambda book, context, actor: assign_doors(book, context, actor))
    holder = world.door(door).assignee_id
    assert holder is not None
    world.go_to("2025-05-16 09:00")
    world.command("hai", lambda book, context, actor: give_post(book, actor, holder, code="team_leader", scope="T1"))
    member_post, leader_post = sorted(
        world.rows(PostHolding, PostHolding.membership_id == holder), key=lambda row: row.from_at
    )

    first = world.command("hai", lambda book, context, actor: end_post(book, actor, member_post.id))
    assert (first["doors"], world.door(door).assignee_id) == (0, holder)
    second = world.command("hai", lambda book, context, actor: end_post(book, actor, leader_post.id))

    assert (second["doors"], world.door(door).assignee_id) == (1, None)


def test_sign_ins_and_cards_are_no_tampering_and_a_given_post_is_said_as_it_always_was(office: Office) -> None:
    """An anchor outside the database covers posts and members: what changed since is named, and nothing else is."""
    office.has_password("member")
    office.sign_in("member")
    with office.store.write() as session:
        kept = anchor(session, office.unit_id) | {"reference": reference_digest(session, office.unit_id)}
    anchors = {office.unit_id: kept}

    def named() -> set[str]:
        with office.store.read() as session:
            report = verify(session, [office.unit_id], anchors=anchors)
        return {str(finding.where) for finding in report.violations if finding.check == "I5-reference"}

    office.sign_in("member")
    office.sign_in("member", "sai hoàn toàn rồi")
    actor = office.actor("admin")
    with office.book() as book:
        print_cards(book, actor, [office.account("member"), office.account("leader")], now=office.now)
    assert named() == set()
    done(office, rename_team, places(office).teams[0].id, name="Tổ số Một")
    done(office, give_post, office.actor("idle").membership_id, code="member", scope="T1")

    assert {where.rpartition("bảng ")[2] for where in named()} == {"teams", "post_holdings"}


def test_another_units_doors_are_left_alone(worlds: NewWorld, administered: World) -> None:
    there = worlds()
    door, _ = there.household(["Nguyễn Văn Một"])
    there.command("hai", lambda book, context, actor: assign_doors(book, context, actor))
    before = there.door(door).assignee_id
    now = administered.go_to("2025-05-16 09:00")
    binh = administered.actor("binh").membership_id

    administered.command("hai", lambda book, context, actor: end_place(book, actor, binh, real_now=now))

    assert there.door(door).assignee_id == before is not None
