"""`tungnha seal` and `tungnha anchor`: close the ledger's newest events under a hash, and keep that hash elsewhere."""

from pathlib import Path

import click

from rules.time import moment_vi
from workflow.cli.instance import Instance, UnitRow, json_option, pass_instance
from workflow.cli.kinds import FILE
from workflow.cli.output import print_json, progress, writing
from workflow.cli.shell import Command
from workflow.ledger.seals import anchor as anchor_of
from workflow.ledger.seals import seal_unit, write_anchors


@click.command(cls=Command)
@json_option
@pass_instance
def seal(instance: Instance, as_json: bool) -> None:
    """Niêm phong những gì vừa ghi vào sổ: ai sửa về sau sẽ bị phát hiện. (Seal the newest events.)"""
    made: list[dict[str, object]] = []
    with progress(instance.units(), "Đơn vị") as units:
        for unit in units:
            made.append(_seal(instance, unit))
    if as_json:
        print_json(made)
        return
    for one in made:
        new = f"niêm phong số {one['seal_no']}, {one['events']} dòng: {one.get('seal')}"
        told = new if one["events"] else "không có gì mới để niêm phong"
        click.echo(f"{one['unit']}: {told}.")


def _seal(instance: Instance, unit: UnitRow) -> dict[str, object]:
    now = instance.writing_clock(unit).now()
    sealed = instance.store.run(lambda session: seal_unit(session, unit.id, now))
    if sealed is None:
        return {"unit": unit.code, "seal_no": None, "events": 0}
    numbers = {"seal_no": sealed.seal_no, "first_no": sealed.first_no, "last_no": sealed.last_no}
    return {"unit": unit.code, **numbers, "events": sealed.events, "seal": sealed.seal}


@click.command(cls=Command)
@click.argument("file", type=FILE, metavar="[TỆP]", required=False)
@pass_instance
def anchor(instance: Instance, file: Path | None) -> None:
    """In mốc niêm phong mới nhất, hoặc ghi ra TỆP để cất ở nơi khác; sau này “tungnha verify --anchor TỆP” sẽ đối chiếu.

    (Print or write the newest seals, to be kept outside the database.)
    """
    anchors = write_anchor_file(instance, file) if file is not None else _anchors(instance)
    if file is None:
        print_json({"anchors": anchors})
        return
    for one in anchors:
        when = moment_vi(int(str(one["sealed_at"])))
        sealed = f"niêm phong số {one['seal_no']} lúc {when}" if one["seal_no"] else "chưa niêm phong"
        click.echo(f"{file}: {sealed}, đến số {one['last_no']} của sổ.")


def _anchors(instance: Instance) -> list[dict[str, object]]:
    with instance.store.read() as session:
        return [anchor_of(session, unit.id) for unit in instance.units()]


def write_anchor_file(instance: Instance, file: Path) -> list[dict[str, object]]:
    """Write the newest seals to `file`, for somebody outside to keep; return them."""
    anchors = _anchors(instance)
    with writing(file):
        write_anchors(file, anchors)
    return anchors
