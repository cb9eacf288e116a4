"""Pages at full size: the member's queue, the leader's and the chair's inbox, the plan's board and one task.

Both sides answer over WSGI with the same words, which is checked before anything is measured. Ours is the whole application: gate,
languages, security headers, forms. Its statements are counted, and their plans are asked for: none may read a large table from end to
end.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event

from bench.by_hand.driver import Driver
from bench.by_hand.pages import hand_site
from bench.measure import Result, Side, compare, interleave, meter_of
from bench.plans import full_scans
from bench.town import CODE, NOW, PACK, Town, build_town
from rules.pack import load_pack, shipped_packs
from web.app import create_app
from web.here import Ground
from workflow.clock import FixedClock
from workflow.ids import IdSource
from workflow.settings import Settings
from workflow.signing.sessions import Limits, open_sign_in
from workflow.vault import Vault

ALLOWED = 2.0
"""How many times the processor time of the hand-written page ours may take."""
MOST_STATEMENTS = 12
ROUNDS, WARM_UP, EACH = 9, 3, 5
FOR_EVER = Limits(idle=10**15, absolute=10**15)


@dataclass(frozen=True)
class Page:
    """A page: who opens it, where it is, and where the other side has it."""

    what: str
    login: str
    ours: str
    by_hand: str


def bench_pages(kind: str, folder: Path, size: int, *, rounds: int = ROUNDS) -> list[Result]:
    """Measure the pages; SystemExit if the two sides do not show the same words."""
    town = build_town(kind, folder, size)
    with TemporaryDirectory() as instance:
        app = _our_site(town, Path(instance))
        driver = Driver(town.store.url)
        hand = hand_site(driver, load_pack(shipped_packs()[PACK]), app.extensions["assets"], CODE, NOW)
        try:
            return [result for page in _pages(town) for result in _measured(town, page, app, hand, rounds)]
        finally:
            driver.close()
            town.store.dispose()


def _pages(town: Town) -> Iterator[Page]:
    yield Page("a member's queue", "member-t01-1", "queue", "queue")
    yield Page("a leader's inbox", "team-leader-t01", "escalations", "inbox")
    yield Page("the chair's inbox", "chair", "escalations", "inbox")
    yield Page("the plan's board", "deputy-police-chief", "plan?view=all&whose=all", "board")
    yield Page("a task", "office", f"plan/{town.task_id}", f"task/{town.task_id}")


def _our_site(town: Town, instance: Path) -> Any:
    keys = instance / "keys.json"
    vault = Vault.create(keys)
    settings = Settings(instance, str(town.store.url), keys)
    return create_app(Ground(settings, town.store, vault, FixedClock(NOW), IdSource(seed=3)))


def _measured(town: Town, page: Page, app: Any, hand: Any, rounds: int) -> Iterator[Result]:
    token = _signed_in(town, page.login)
    ours, theirs = app.test_client(), hand.test_client()
    with ours.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    with theirs.session_transaction() as cookie:
        cookie["token"], cookie["csrf"] = token, secrets.token_urlsafe(80)
    our_address, their_address = f"{town.path}/{page.ours}", f"/{page.by_hand}"
    with _statements(town) as sent:
        shown = _words(ours, our_address)
    _must_show_the_same(page, shown, _words(theirs, their_address))

    def ask(client: FlaskClient, address: str) -> None:
        for _ in range(EACH):
            client.get(address).get_data()

    meter = meter_of(town.store)
    sides = Side(lambda _: ask(ours, our_address), meter), Side(lambda _: ask(theirs, their_address), meter)
    interleave(sides, rounds, warm_up=WARM_UP)
    yield compare(f"{page.what}, {town.size} cases", *sides, ALLOWED, each=EACH)
    scans = [f"{line} in {sql}" for sql, values in sent for line in full_scans(town.store, sql, values)]
    yield Result(
        f"{page.what}: statements",
        len(sent),
        MOST_STATEMENTS,
        "",
        1.0,
        scans[0] if scans else "no full scan",
        failed=bool(scans),
    )


def _signed_in(town: Town, login: str) -> str:
    with town.store.write() as session:
        return open_sign_in(
            session, town.accounts[login], device="bench", device_token=None, is_shared=False, limits=FOR_EVER, now=NOW,
            ids=IdSource(seed=secrets.randbits(30)),
        )  # fmt: skip


@contextmanager
def _statements(town: Town) -> Iterator[list[tuple[str, Any]]]:
    """Collect the statements that read, with their values."""
    sent: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, sql: str, values: Any, *_rest: Any) -> None:
        if sql.lstrip().upper().startswith(("SELECT", "WITH")):
            sent.append((sql, values))

    event.listen(town.store.reader, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(town.store.reader, "before_cursor_execute", keep)


def _words(client: FlaskClient, address: str) -> str:
    """Return everything that can be read on a page, without the frame."""
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}.")
    main = re.search(r"<main.*</main>", answer.text, re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", main.group() if main else "")
    return " ".join(unescape(text).split())


def _must_show_the_same(page: Page, ours: str, by_hand: str) -> None:
    """Raise SystemExit with the first difference: then nothing was measured."""
    if ours == by_hand:
        return
    at = next((n for n, (a, b) in enumerate(zip(ours, by_hand, strict=False)) if a != b), min(len(ours), len(by_hand)))
    begin = max(at - 60, 0)
    raise SystemExit(
        f"The two sides of {page.what} show different words.\nours:    …{ours[begin : at + 100]}\nby hand: …{by_hand[begin : at + 100]}"
    )
