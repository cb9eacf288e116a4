"""The bare application: a cookie with a token, four routes, one connection."""

import uuid
from functools import cache
from typing import Any

from flask import Flask, render_template, session

from bench.by_hand.driver import Driver
from bench.by_hand.pages import inbox, plan, queue
from bench.by_hand.pages.words import as_uuid, number, short
from rules.pack import Pack
from rules.time import MINUTE, Instant, local_datetime, moment_vi
from web.assets import Assets
from workflow.queries.notices import KEPT
from workflow.signing.tokens import hash_of

SIGNED_IN = """
    SELECT a.id, a.name FROM sign_ins s JOIN accounts a ON a.id = s.account_id
    WHERE s.token_hash = ? AND s.ended_at IS NULL AND s.ends_at > ? AND s.seen_at + s.idle > ? AND a.disabled_at IS NULL"""
UNIT = "SELECT id, name FROM units WHERE code = ?"
CAMPAIGN = "SELECT id, name, starts_at, ends_at FROM campaigns WHERE unit_id = ? AND code = ?"
POSTS = """
    SELECT m.id, p.code, p.team_id, p.id FROM memberships m
    JOIN post_holdings h ON h.unit_id = m.unit_id AND h.membership_id = m.id AND h.from_at <= ? AND (h.to_at IS NULL OR h.to_at > ?)
    JOIN posts p ON p.unit_id = h.unit_id AND p.id = h.post_id
    WHERE m.unit_id = ? AND m.account_id = ? AND m.from_at <= ? AND (m.to_at IS NULL OR m.to_at > ?)"""

BELL = """
    SELECT (SELECT count(DISTINCT n.digest_id) FROM notices n
            LEFT JOIN notice_reads r ON r.unit_id = n.unit_id AND r.notice_id = n.id AND r.membership_id = ?
            WHERE n.unit_id = ? AND (n.post_id = ? OR n.membership_id = ?) AND n.shown_at <= ? AND n.shown_at > ?
              AND n.arrived > coalesce(r.seen, 0)),
           (SELECT max(now) FROM runs WHERE unit_id = ?)"""
"""How many digests are unread, and when the clock looked last."""


class Site:
    """What the routes share: how to ask, and what every page shows."""

    def __init__(self, driver: Driver, pack: Pack, assets: Assets, code: str, now: Instant) -> None:
        self.driver, self.pack, self.assets, self.code, self.now = driver, pack, assets, code, now
        self.campaign = pack.model.pack.pack
        self.silent = pack.model.pack.notices.clock_silent_minutes * MINUTE

    def ask(self, sql: str, *values: Any) -> list[Any]:
        """Run a statement and return its rows."""
        return list(self.driver.execute(sql, values).fetchall())

    def arrive(self) -> dict[str, Any]:
        """Return who asks, where: `unit`, `campaign`, `post` as rows, and what the frame of a page needs."""
        now = self.now
        account = self.ask(SIGNED_IN, hash_of("sign-in", session["token"]), now, now)[0]
        unit = self.ask(UNIT, self.code)[0]
        campaign = self.ask(CAMPAIGN, unit[0], self.campaign)[0]
        post = self.ask(POSTS, now, now, unit[0], account[0], now, now)[0]
        me, held = post[0], post[3]
        unread, looked_at = self.ask(BELL, me, unit[0], held, me, now, now - KEPT, unit[0])[0]
        return {
            "unread": unread, "is_silent": looked_at is None or now - looked_at > self.silent,
            "account": account, "unit": unit, "campaign": campaign, "post": post, "base": f"/{self.code}/{self.campaign}",
            "csrf": session["csrf"], "moment": moment_vi(now), "iso": local_datetime(now).isoformat(timespec="seconds"),
        }  # fmt: skip


def hand_site(driver: Driver, pack: Pack, assets: Assets, code: str, now: Instant) -> Flask:
    """Return the application: /queue, /inbox, /board and /task/<id>. Who asks is in the cookie, as a token."""
    app, site = Flask(__name__), Site(driver, pack, assets, code, now)
    app.config["SECRET_KEY"] = "bench"  # noqa: S105 - protects nothing
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        icon=cache(assets.icon),
        css=assets.url,
        key=lambda: uuid.uuid4().hex,
        uuid=as_uuid,
        number=number,
        short=lambda at: short(at, now),
    )
    app.add_url_rule("/queue", "queue", lambda: render_template("queue.html", **queue.page(site)))
    app.add_url_rule("/inbox", "inbox", lambda: render_template("inbox.html", **inbox.page(site)))
    app.add_url_rule("/board", "board", lambda: render_template("board.html", **plan.board(site)))
    app.add_url_rule(
        "/task/<uuid:task_id>", "task", lambda task_id: render_template("task.html", **plan.task(site, task_id))
    )
    return app
