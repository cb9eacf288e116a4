"""`tungnha migrate`: bring the database to the tables of this release."""

import click

from workflow.cli.instance import Instance, json_option, pass_instance
from workflow.cli.output import print_json
from workflow.cli.shell import Command
from workflow.setup.ground import make_database


@click.command(cls=Command)
@json_option
@pass_instance
def migrate(instance: Instance, as_json: bool) -> None:
    """Đưa cơ sở dữ liệu lên bản của chương trình này. Hãy sao lưu trước. (Bring the database to this release.)"""
    before, after = make_database(instance.settings)
    if as_json:
        print_json({"before": before, "after": after})
    elif before == after:
        click.echo(f"Cơ sở dữ liệu đã ở bản {after}.")
    else:
        click.echo(f"Cơ sở dữ liệu: bản {before or 'trống'} → {after}.")
