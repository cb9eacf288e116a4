"""Closing teams, areas and bodies: what has to be settled before, what is offered no more, what stays, and opening again."""

import uuid
from typing import Any

import pytest
from sqlalchemy import select

from tests.workflow.organisation.administering import done, traces
from tests.workflow.organisation.test_places import places, with_campaign
from tests.workflow.signing.office import Office
from tests.workflow.world import World
from workflow.access import actor_by_login
from workflow.actions.add_door import require_place
from workflow.actions.assign_doors import assign_doors, reassign
from workflow.actions.close_place import close_place, open_place_again
from workflow.actions.declare_staff import declare_staff
from workflow.actions.manage_places import add_area, add_body, rename_area, rename_body, rename_team, set_team_area
from workflow.actions.manage_posts import end_post, give_post
from workflow.actions.open_plan import open_plan
from workflow.actions.record_visit import Finding
from workflow.errors import BadInput, NotFound
from workflow.queries.open_work import places_of
from workflow.queries.organisation import Places, posts_to_give
from workflow.queries.paper_route import area_choices, team_choices
from workflow.queries.plan_scopes import organisation_of
from workflow.queries.staff_counts import staff_counts
from workflow.queries.tasks import bodies_still_to_declare
from workflow.queries.team_load import teams_seen
from workflow.roster.places import Places as RosterPlaces
from workflow.sweeps.duties import open_duties
from workflow.tables import Area, Body, Post, PostHolding, Task, Team, TeamArea


def close(world: World, kind: Any, place_id: uuid.UUID) -> dict[str, Any]:
    """Close a place as the world's administrator."""
    return world.command("hai", lambda book, context, actor: close_place(book, actor, kind, place_id))


def empty(world: World, code: str) -> None:
    """End every post that somebody holds in a place."""
    posts = [post.id for post in world.rows(Post, Post.scope == code)]
    for holding in world.rows(PostHolding, PostHolding.post_id.in_(posts), PostHolding.to_at.is_(None)):
        world.command("hai", lambda book, context, actor, one=holding.id: end_post(book, actor, one))


def closed_of(office: Office) -> Places:
    found = places(office).closed
    assert found is not None
    return found


def area_of(world: World, code: str) -> uuid.UUID:
    return uuid.UUID(str(world.rows(Area, Area.code == code)[0].id))


def test_an_area_with_open_doors_and_a_holder_says_how_many_and_where_to_go(administered: World) -> None:
    world, area = administered, area_of(administered, "A1")
    door, (one, two) = world.household(["Nguyễn Văn Một", "Trần Thị Hai"])
    world.household(["Lê Văn Xa"], area="A2")
    world.go_to("2025-05-16 09:00")

    with pytest.raises(BadInput) as refused:
        close(world, "area", area)
    told = str(refused.value.values["what"])
    assert "còn 1 hộ còn việc" in told
    assert "trang “Các hộ”" in told
    assert "còn 1 người giữ vị trí" in told
    assert world.rows(Area, Area.code == "A1")[0].valid_to is None

    empty(world, "A1")
    with pytest.raises(BadInput, match="còn 1 hộ còn việc"):
        close(world, "area", area)
    world.visit("an", door, Finding("took_part", one), Finding("took_part", two))
    close(world, "area", area)

    assert world.rows(Area, Area.code == "A1")[0].valid_to is not None
    assert world.door(door).area_id == area
    assert [row.to_at is None for row in world.rows(TeamArea, TeamArea.area_id == area)] == [False]
    with pytest.raises(BadInput, match="đã kết thúc rồi"):
        close(world, "area", area)


def test_a_team_with_areas_doors_and_reports_left_cannot_be_closed(administered: World) -> None:
    world = administered
    team = uuid.UUID(str(world.rows(Team, Team.code == "T1")[0].id))
    world.household(["Nguyễn Văn Một"])
    with world.book() as (book, context):
        open_plan(book, context)
    world.go_to("2025-05-16 09:00")
    world.tick()
    tasks = [task for task in world.rows(Task, Task.scope == "T1") if task.is_open]
    assert tasks

    with pytest.raises(BadInput) as refused:
        close(world, "team", team)

    told = str(refused.value.values["what"])
    for part in (
        "còn 1 hộ còn việc",
        f"còn {len(tasks)} nhiệm vụ, báo cáo chưa xong",
        "tổ còn phụ trách 1 địa bàn",
        "còn 3 người giữ vị trí",
    ):
        assert part in told


def test_what_hangs_on_an_ended_campaign_hinders_nobody(administered: World) -> None:
    world = administered
    world.household(["Nguyễn Văn Một"])
    with world.book() as (book, context):
        open_plan(book, context)
    empty(world, "A1")
    world.clock.move_to(world.context().ends_at)

    assert close(world, "area", area_of(world, "A1"))


def test_a_closed_place_is_offered_nowhere_and_owes_no_more_reports(administered: World) -> None:
    world = administered
    team = uuid.UUID(str(world.rows(Team, Team.code == "T2")[0].id))
    area = area_of(world, "A2")
    door, _ = world.household(["Nguyễn Văn Một"])
    world.go_to("2025-05-16 09:00")
    for code in ("T2", "A2"):
        empty(world, code)
    close(world, "area", area)
    close(world, "team", team)

    admin, hai = world.actor("hai"), world.actor("hai")
    with world.store.read() as session:
        scopes = {choice.scope for choice in posts_to_give(session, admin)}
        assert scopes.isdisjoint({"T2", "A2"})
        assert {"T1", "A1"} <= scopes
        assert [code for code, _ in area_choices(session, world.unit_id)] == ["A1"]
        assert [code for code, _ in team_choices(session, world.unit_id)] == ["T1"]
        assert [seen.code for seen in teams_seen(session, hai)] == ["T1"]
        assert [place.code for place in places_of(session, world.unit_id, "area", only_open=True)] == ["A1"]
        assert [place.code for place in places_of(session, world.unit_id, "area")] == ["A1", "A2"]
        lists = RosterPlaces(session, world.unit_id)
        assert lists.find("Tổ dân phố 2") is None
        assert lists.closed("TO DAN PHO SO 2") == "Tổ dân phố 2"
        assert lists.find("Tổ dân phố 1") == area_of(world, "A1")
        ends = {scope.key: scope.until_at for scope in organisation_of(session, world.unit_id).teams}
    assert ends["T1"] is None
    assert ends["T2"] is not None
    binh = world.actor("binh").membership_id
    refusals: list[tuple[Any, type[Exception]]] = [
        (lambda book, context, actor: give_post(book, actor, binh, code="member", scope="T2"), BadInput),
        (lambda book, context, actor: set_team_area(book, actor, area, team_id=None), BadInput),
        (lambda book, context, actor: set_team_area(book, actor, area_of(world, "A1"), team_id=team), BadInput),
        (lambda book, context, actor: rename_team(book, actor, team, name="Tổ mới"), BadInput),
        (lambda book, context, actor: rename_area(book, actor, area, name="Tổ dân phố mới"), BadInput),
        (lambda book, context, actor: require_place(book, actor, area, action="Thêm hộ"), BadInput),
        (
            lambda book, context, actor: reassign(
                book, context, actor, [door], team_id=team, assignee_id=None, reason="thử"
            ),
            NotFound,
        ),
    ]
    for act, refusal in refusals:
        with pytest.raises(refusal):
            world.command("hai", act)
    world.command("hai", lambda book, context, actor: assign_doors(book, context, actor))
    world.go_to("2025-05-20 17:00")
    with world.book() as (book, context):
        open_duties(book, context, world.clock.now())
    closed_at = next(end for key, end in ends.items() if key == "T2")
    assert [task for task in world.rows(Task, Task.scope == "T2") if task.opens_at >= closed_at] == []
    assert [task for task in world.rows(Task, Task.scope == "T1") if task.opens_at >= closed_at]


def test_the_name_of_a_closed_area_is_free_and_opening_again_says_if_it_was_taken(office: Office) -> None:
    area = places(office).areas[0]
    done(office, close_place, "area", area.id)
    assert [closed.code for closed in closed_of(office).areas] == ["A1"]
    assert area.id not in {row.id for row in places(office).areas}
    new = uuid.UUID(done(office, add_area, code="A7", name=area.name)["area"])
    with office.store.read() as session:
        assert RosterPlaces(session, office.unit_id).find(area.name) == new

    with pytest.raises(BadInput, match="đã là tên của địa bàn khác"):
        done(office, open_place_again, "area", area.id)
    done(office, rename_area, new, name="Thôn Bảy")
    with pytest.raises(BadInput, match="đã là tên của địa bàn khác"):  # lists that write the former name still mean it
        done(office, open_place_again, "area", area.id)
    done(office, close_place, "area", new)
    done(office, open_place_again, "area", area.id)

    (again,) = [row for row in places(office).areas if row.id == area.id]
    assert (again.team, again.closed_on) == (None, None)
    with office.store.read() as session:
        assert RosterPlaces(session, office.unit_id).find(area.name) == area.id
    assert traces(office) == ["close_area", "add_area", "rename_area", "close_area", "open_area_again"]


def test_a_body_is_renamed_closed_when_its_posts_are_vacant_and_opened_again(office: Office) -> None:
    with_campaign(office)
    body = uuid.UUID(done(office, add_body, code="women", name="Hội Phụ nữ", kind="union", counts_staff=True)["body"])
    done(office, rename_body, body, name="Hội Liên hiệp Phụ nữ")
    with office.store.read() as session:
        code = next((one.code for one in posts_to_give(session, office.actor("admin")) if one.scope == "women"), None)
    if code is not None:
        told = done(office, give_post, office.actor("idle").membership_id, code=code, scope="women")
        with pytest.raises(BadInput, match="còn 1 người giữ vị trí"):
            done(office, close_place, "body", body)
        done(office, end_post, uuid.UUID(told["holding"]))

    done(office, close_place, "body", body)

    assert [(row.name, row.closed_on is not None) for row in closed_of(office).bodies] == [
        ("Hội Liên hiệp Phụ nữ", True)
    ]
    with office.store.read() as session:
        assert "women" not in {choice.scope for choice in posts_to_give(session, office.actor("admin"))}
    done(office, open_place_again, "body", body)
    assert closed_of(office).total == 0
    with pytest.raises(BadInput, match="đang hoạt động"):
        done(office, open_place_again, "body", body)


def test_a_closed_office_declares_no_more_and_what_it_declared_stays(administered: World) -> None:
    world = administered
    body = uuid.UUID(str(world.rows(Body, Body.code == "office")[0].id))
    world.command(
        "hai",
        lambda book, context, actor: {
            "id": str(declare_staff(book, context, body, "staff", declared=5, finished=2, actor=actor))
        },
    )
    now = world.go_to("2025-05-16 09:00")
    close(world, "body", body)

    with world.store.read() as session:
        hai, context = world.actor("hai"), world.context()
        lines = staff_counts(session, hai, context, now=now)
        left = bodies_still_to_declare(session, world.unit_id, context.id, as_of=now)
    assert [(line.name, line.may_declare, line.groups["staff"].declared) for line in lines] == [
        ("Văn phòng – Thống kê", False, 5)
    ]
    assert left == []
    with pytest.raises(BadInput, match="đã kết thúc"):
        world.command(
            "hai",
            lambda book, context, actor: {
                "id": str(declare_staff(book, context, body, "staff", declared=6, finished=2, actor=actor))
            },
        )


def test_only_the_administrator_closes_and_foreign_and_absent_places_are_alike(office: Office) -> None:
    with office.store.read() as session:
        chair = actor_by_login(session, office.unit_id, office.login("chair"), now=office.now)
        area = session.scalar(select(Area.id).where(Area.unit_id == office.unit_id).limit(1))
    assert chair.posts
    for act in (close_place, open_place_again):
        with pytest.raises(Exception, match="quản trị"):
            done(office, act, "area", area, by="chair")
        with pytest.raises(NotFound):
            done(office, act, "area", uuid.uuid4())
