"""`tungnha whoami`: which posts somebody holds; without --as, who there is."""

import click

from rules.time import Instant
from workflow.access import ROLE_LABELS, actor_by_login
from workflow.cli.instance import Instance, json_option, pass_instance
from workflow.cli.output import print_json, print_table
from workflow.cli.shell import Command
from workflow.queries.logins import logins_of
from workflow.queries.plan_scopes import organisation_of


@click.command(cls=Command)
@json_option
@pass_instance
def whoami(instance: Instance, as_json: bool) -> None:
    """Cho biết người ghi ở --as đang giữ vị trí nào; không ghi --as thì liệt kê mọi tài khoản của đơn vị.

    (Which posts the person named by --as holds; without --as, every login.)
    """
    now = instance.clock_of(instance.unit).now()
    if instance.login is None:
        _tell_everybody(instance, now, as_json=as_json)
        return
    with instance.store.read() as session:
        actor = instance.actor(session, now=now)
        organisation = organisation_of(session, instance.unit.id)
    places = {scope.team_id or scope.body_id: scope.label for scope in (*organisation.teams, *organisation.bodies)}
    places |= {scope.area_id: scope.label for scope in organisation.areas}
    posts = [
        {
            "post": post.code,
            "role": post.role,
            "label": post.label,
            "where": places.get(post.team_id or post.area_id or post.body_id, instance.unit.name),
        }
        for post in actor.posts
    ]
    if as_json:
        print_json({"login": instance.login, "name": actor.name, "unit": instance.unit.code, "posts": posts})
        return
    click.echo(f"{actor.name} ({instance.login}), {instance.unit.name}")
    print_table([(post["label"], post["where"], ROLE_LABELS.get(post["role"], post["role"])) for post in posts])
    if not posts:
        click.echo("  Chưa giữ vị trí nào.")


def _tell_everybody(instance: Instance, now: Instant, *, as_json: bool) -> None:
    """Print every login of the unit with the posts held at `now`."""
    with instance.store.read() as session:
        members = [
            (login, actor_by_login(session, instance.unit.id, login, now=now))
            for login in logins_of(session, instance.unit.id, now=now)
        ]
    if as_json:
        print_json(
            [{"login": login, "name": one.name, "posts": [post.code for post in one.posts]} for login, one in members]
        )
        return
    print_table([(login, one.name, ", ".join(post.label for post in one.posts) or "–") for login, one in members])
