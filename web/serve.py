"""`tungnha serve`: the pages, and inside the same process the clock that opens, reminds and escalates."""

import logging
import os
from datetime import UTC, datetime

import click
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from waitress import create_server

from web.app import create_app
from web.here import Ground
from workflow.cli.instance import Instance, pass_instance
from workflow.cli.shell import Command
from workflow.clock import SystemClock
from workflow.demo.password import demo_password
from workflow.errors import BadInput
from workflow.ids import IdSource
from workflow.queries.campaigns import all_units
from workflow.setup.ground import make_database, open_or_make_keys
from workflow.signing.first_account import administrators, first_visit_code, is_first_visit
from workflow.sweeps.tick import tick

log = logging.getLogger(__name__)
EVERY_SECONDS = 60


@click.command(cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True, help="Địa chỉ nghe. 0.0.0.0 để máy khác vào được.")
@click.option("--port", default=8016, show_default=True, type=click.IntRange(1, 65535), help="Cổng.")
@click.option("--https", is_flag=True, help="Đứng sau một máy chủ TLS: cookie chỉ gửi qua HTTPS.")
@click.option("--plain-http", is_flag=True, help="Chấp nhận HTTP trần ngoài máy này (chỉ trong mạng nội bộ tin cậy).")
@click.option("--no-tick", is_flag=True, help="Không chạy đồng hồ trong tiến trình này (đã có nơi khác chạy).")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64), help="Số luồng trả trang.")
@pass_instance
def serve(instance: Instance, host: str, port: int, https: bool, plain_http: bool, no_tick: bool, threads: int) -> None:
    """Mở các trang cho trình duyệt, và chạy đồng hồ của các đơn vị. Dừng bằng Ctrl-C.

    (Serve the pages and tick. Stop with Ctrl-C.)
    """
    if host not in ("127.0.0.1", "localhost", "::1") and not (https or plain_http):
        raise BadInput(
            where=f"--host {host}",
            what="máy khác sẽ vào bằng HTTP trần, mật khẩu đi qua mạng không mã hóa; đặt sau máy chủ TLS rồi thêm --https, "
            "hoặc thêm --plain-http nếu mạng nội bộ tin cậy",
        )
    ground = open_ground(instance, https=https)
    app = create_app(ground)
    scheduler = None if no_tick else start_ticking(ground)
    try:
        server = create_server(
            app, host=host, port=port, threads=threads, ident=None, clear_untrusted_proxy_headers=True
        )
    except OSError as error:
        raise BadInput(
            where=f"Cổng {port}", what=f"không mở được ({error.strerror}); chọn cổng khác bằng --port"
        ) from None
    tell(app, ground, f"{'https' if https else 'http'}://{host}:{port}/")
    try:
        server.run()
    finally:
        server.close()
        if scheduler is not None:
            scheduler.shutdown(wait=True)


def open_ground(instance: Instance, *, https: bool) -> Ground:
    """Return the installation, its tables made and up to date."""
    make_database(instance.settings)
    vault = open_or_make_keys(instance.settings, os.environ)
    return Ground(instance.settings, instance.store, vault, SystemClock(), IdSource(), https=https)


def start_ticking(ground: Ground) -> BackgroundScheduler:
    """Tick every unit once a minute, each by its own clock; a late tick is made up once, and two never run at a time."""
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(
        lambda: tick_all(ground), "interval", seconds=EVERY_SECONDS, max_instances=1, coalesce=True, next_run_time=datetime.now(UTC)
    )  # fmt: skip
    scheduler.start()
    return scheduler


def tick_all(ground: Ground) -> None:
    """Tick every unit. What goes wrong in one is logged and does not keep the others waiting."""
    with ground.store.read() as session:
        codes = [unit.code for unit in all_units(session)]
    for code in codes:
        try:
            tick(ground.store, ground.clock, ground.ids, units=[code], worker="serve")
        except Exception:
            log.exception("the tick of a unit failed")


def tell(app: Flask, ground: Ground, address: str) -> None:
    """Say where the pages are and how to get in."""
    click.echo(f"Từng Nhà: {address}")
    with ground.store.read() as session:
        first, has_unit = is_first_visit(session), bool(administrators(session, now=ground.clock.now()))
    password = demo_password(ground.store, ground.settings.instance, now=ground.clock.now())
    if password is not None:
        click.echo(f"  Trình diễn: mở {address}demo, ai là ai, chạm một vai để vào.")
        click.echo(f"  Mật khẩu chung của các tài khoản giả: {password}")
    elif first and not has_unit:
        click.echo(
            "  Chưa có đơn vị nào. Dừng lại, chạy: tungnha init --sample don-vi.yaml, điền vào, rồi: tungnha init don-vi.yaml"
        )
    elif first:
        click.echo(f"  Lần đầu: mở {address}start và nhập mã {first_visit_code(ground.settings.instance)}")
    click.echo("  Dừng bằng Ctrl-C.")
