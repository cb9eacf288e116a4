"""The two demonstration units: their areas, teams, posts and made-up people, from what each pack says a unit needs."""

from collections.abc import Iterator

from rules.pack import Pack
from rules.pack.model import Post
from workflow.actions.found_unit import AreaPlan, BodyPlan, PersonPlan, PostPlan, TeamPlan, UnitPlan
from workflow.demo.name_words import FAMILY, GIVEN_FEMALE, GIVEN_MALE

MEMBERS_PER_TEAM = 3


def plan_unit(pack: Pack, code: str, *, kind: str) -> UnitPlan:
    """Return a unit with one team for each area, a holder for each post, and the names that its rosters use."""
    about = pack.model.pack
    seed = about.areas
    numbers = range(1, (seed.count if seed else 1) + 1)
    areas = [
        AreaPlan(
            f"A{n:02}",
            seed.label.format(n=n) if seed else "Toàn đơn vị",
            seed.kind.vi if seed else "khu vực",
            tuple(alias.format(n=n) for alias in seed.aliases) if seed else (),
        )
        for n in numbers
    ]
    teams = [TeamPlan(f"T{n:02}", f"Tổ công tác số {n}", (f"A{n:02}",)) for n in numbers]
    bodies = [BodyPlan(body.id, body.label.vi, body.kind, body.counts_staff) for body in about.bodies]
    people: list[PersonPlan] = []
    posts = [plan for post in about.posts for plan in _posts(post, areas, teams, bodies, people, code)]
    return UnitPlan(
        code=code, name=about.unit_name, kind=kind, areas=areas, teams=teams, posts=posts, people=people, bodies=bodies, is_demo=True
    )  # fmt: skip


def _posts(
    post: Post,
    areas: list[AreaPlan],
    teams: list[TeamPlan],
    bodies: list[BodyPlan],
    people: list[PersonPlan],
    code: str,
) -> Iterator[PostPlan]:
    scopes = {
        "unit": ["unit"],
        "area": [area.code for area in areas],
        "team": [team.code for team in teams],
        "body": [body.code for body in bodies],
    }[post.per]
    for scope in scopes:
        holders = MEMBERS_PER_TEAM if post.role == "member" and post.id == "member" else 1
        logins = []
        for number in range(1, holders + 1):
            place = "" if scope == "unit" else f"-{scope.lower()}"
            login = f"{code}-{post.id.replace('_', '-')}{place}" + (f"-{number}" if holders > 1 else "")
            people.append(PersonPlan(login, _name(len(people), code)))
            logins.append(login)
        yield PostPlan(post.id, post.role, post.label.vi, scope, tuple(logins))


def _name(number: int, code: str) -> str:
    """Return the name of the unit's n-th made-up colleague: family, middle and given name from the word lists."""
    shift, families = sum(code.encode()), tuple(FAMILY)
    given = GIVEN_FEMALE if number % 2 else GIVEN_MALE
    middle = "Thị" if number % 2 else "Văn"
    return f"{families[(number * 7 + shift) % len(families)]} {middle} {given[(number * 11 + shift) % len(given)]}"
