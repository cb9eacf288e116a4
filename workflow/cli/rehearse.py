"""`tungnha rehearse`: a day of the demonstration town, minute by minute, in a database of its own that is thrown away."""

import tempfile
from pathlib import Path

import click

from rules.time import MINUTE, Instant, day_start, local_date, moment_vi
from workflow.cli.instance import Instance, json_option, pass_instance
from workflow.cli.kinds import INSTANT
from workflow.cli.output import print_json, status
from workflow.cli.shell import Command
from workflow.cli.story import story_json
from workflow.cli.story_words import story_lines
from workflow.demo import rehearsal
from workflow.demo.cat_thanh import DAYS
from workflow.errors import BadInput
from workflow.migrations import migrate
from workflow.queries.campaigns import all_units, campaign_by_id
from workflow.queries.day_story import DayStory, day_story
from workflow.store import Store
from workflow.vault import Vault


@click.command(cls=Command)
@click.option(
    "--day", "day", type=INSTANT, default="2025-05-22 00:00", show_default=True, help="Ngày tập dượt, trong đợt mẫu."
)
@click.option(
    "--people", type=click.IntRange(150, 20_000), default=1500, show_default=True, help="Số người giả trong danh sách."
)
@click.option("--stop", type=INSTANT, help="Đồng hồ dừng từ lúc này…")
@click.option("--resume", type=INSTANT, help="… đến lúc này, như khi máy chủ mất điện.")
@json_option
@pass_instance
def rehearse(
    instance: Instance, day: Instant, people: int, stop: Instant | None, resume: Instant | None, as_json: bool
) -> None:
    """Diễn tập một ngày của thị trấn mẫu, từng phút từ 6 giờ đến 24 giờ, rồi kể lại: ai được nhắc, ai được chuyển lên.

    Dùng cơ sở dữ liệu tạm, xong thì bỏ; không động đến dữ liệu của đơn vị. (A rehearsed day, told as a story.)
    """
    midnight = day_start(local_date(day))
    if midnight not in DAYS:
        raise BadInput(where="--day", what=f"đợt mẫu chỉ có từ {moment_vi(DAYS[0])} đến {moment_vi(DAYS[-1])}")
    stopped = _stopped(midnight, stop, resume)
    with tempfile.TemporaryDirectory(prefix="tungnha-rehearsal-") as folder:
        url = f"sqlite:///{Path(folder) / 'rehearsal.db'}"
        migrate.upgrade(url)
        store, vault = Store(url), Vault.create(Path(folder) / "keys.json")
        try:
            with status() as say:
                start = rehearsal.morning(store, vault, Path(folder), midnight=midnight, people=people, progress=say)
                say("Diễn tập từng phút, 06:00–24:00")
                rehearsal.live(start, store, stopped=stopped)
            told, name = _told(store, start)
        finally:
            store.dispose()
    if as_json:
        print_json(story_json(told))
        return
    for line in story_lines(told, unit=name):
        click.echo(line)


def _stopped(midnight: Instant, stop: Instant | None, resume: Instant | None) -> range:
    """Return the minutes at which the clock stands still. Raises BadInput for half a gap, or one outside the day."""
    if stop is None and resume is None:
        return range(0)
    if stop is None or resume is None:
        raise BadInput(
            where="--stop, --resume", what="hai lúc phải ghi cùng nhau: dừng từ mấy giờ, chạy lại lúc mấy giờ"
        )
    first, last = midnight + rehearsal.OPENS, midnight + rehearsal.CLOSES
    if not first <= stop < resume <= last:
        raise BadInput(
            where="--stop, --resume",
            what=f"phải nằm trong khoảng {moment_vi(first)} đến {moment_vi(last)}, dừng trước rồi mới chạy lại",
        )
    return range(-(-stop // MINUTE) * MINUTE, resume, MINUTE)


def _told(store: Store, start: rehearsal.Morning) -> tuple[DayStory, str]:
    with store.read() as session:
        unit_id = start.director.unit_id
        context = campaign_by_id(session, unit_id, start.director.campaign_id)
        told = day_story(session, context, since=start.since, until=start.until)
        return told, next(unit.name for unit in all_units(session) if unit.id == unit_id)
