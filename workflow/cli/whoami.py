"""`tungnha whoami`: which posts somebody holds."""

import click

from workflow.access import ROLE_LABELS
from workflow.cli.instance import Instance, json_option, pass_instance
from workflow.cli.output import print_json, print_table
from workflow.cli.shell import Command
from workflow.queries.plan_scopes import organisation_of


@click.command(cls=Command)
@json_option
@pass_instance
def whoami(instance: Instance, as_json: bool) -> None:
    """Cho biết người ghi ở --as đang giữ vị trí nào trong đơn vị. (Which posts the person named by --as holds.)"""
    now = instance.clock_of(instance.unit).now()
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
