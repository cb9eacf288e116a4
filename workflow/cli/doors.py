"""`tungnha doors`: where somebody is to go next, with the ids that a visit names."""

from typing import Any

import click

from rules.time import moment_vi
from workflow.cli.instance import Instance, campaign_option, json_option, pass_instance
from workflow.cli.output import print_json
from workflow.cli.shell import Command
from workflow.figures.report import iso
from workflow.queries.door_list import ENDED, ListedDoor, doors_to_visit


@click.command(cls=Command)
@campaign_option
@click.option("--area", metavar="MÃ", help="Chỉ một địa bàn.")
@click.option("--all", "everything", is_flag=True, help="Cả những hộ không còn việc.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Nhiều nhất bao nhiêu hộ.")
@json_option
@pass_instance
def doors(
    instance: Instance, campaign_code: str | None, area: str | None, everything: bool, limit: int, as_json: bool
) -> None:
    """Liệt kê các hộ mà người ghi ở --as được thấy, hộ đến hẹn trước đứng trước. (Doors to visit next.)"""
    now = instance.clock_of(instance.unit).now()
    with instance.store.read() as session:
        actor = instance.actor(session, now=now)
        campaign = instance.campaign(session, campaign_code)
        found = doors_to_visit(session, actor, campaign, area=area, everything=everything, limit=limit)
    if as_json:
        print_json([_as_data(door) for door in found])
        return
    for door in found:
        _print(door, everything=everything)
    if not found:
        click.echo("Không có hộ nào đang cần đến.")


def _as_data(door: ListedDoor) -> dict[str, Any]:
    return {
        "door": str(door.id),
        "area": door.area,
        "team": door.team,
        "lane": door.lane,
        "house_no": door.house_no,
        "follow_up_at": None if door.follow_up_at is None else iso(door.follow_up_at),
        "attempts": door.attempts,
        "people": [
            {
                "case": str(person.case_id),
                "track": person.track,
                "name": person.name,
                "state": person.state,
                "label": person.label,
                "state_version": person.state_version,
            }
            for person in door.people
        ],
    }


def _print(door: ListedDoor, *, everything: bool) -> None:
    place = ", ".join(part for part in (door.house_no, door.lane, door.area) if part)
    when = f"; hẹn {moment_vi(door.follow_up_at)}" if door.follow_up_at is not None else ""
    click.echo(f"{door.id}  {place}{when}; đã đến {door.attempts} lần chưa gặp")
    shown = [person for person in door.people if everything or person.state != ENDED]
    for person in shown:
        click.echo(f"    {person.case_id}  {person.name or '(chưa có tên)'}: {person.label}")
    if len(shown) < len(door.people):
        click.echo(f"    và {len(door.people) - len(shown)} việc đã kết thúc (xem bằng --all)")
