"""The gate in front of every view: signed in? allowed here? sent from our own page? not too fast? In this order, before anything is read.

A form sent after the sign-in ran out is not lost: what was typed travels through the sign-in page (`web.sign_in.drafts`).
"""

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import CSRFProtect

from web.here import arrived, here, open_here
from web.i18n import speak
from web.policy import Policy, is_search, policy_of
from web.sign_in.drafts import sign_in_with_draft
from workflow.errors import NotFound

FREE = frozenset({"me.password", "sign_in.leave", "me.language"})
"""Pages that stay open to somebody who must choose a new password first; leaving is never too fast."""


def stand(app: Flask, csrf: CSRFProtect) -> None:
    """Put the gate in front of every view of `app`."""

    @app.url_value_preprocessor
    def arrive(_endpoint: str | None, values: dict[str, object] | None) -> None:
        g.here = open_here(current_app, values)
        speak("vi")

    @app.url_defaults
    def stay_here(endpoint: str, values: dict[str, object]) -> None:
        """Links lead to the same unit and campaign, unless they say otherwise."""
        for name, code in (("unit", here.unit_code), ("campaign", here.campaign_code)):
            if name not in values and code is not None and app.url_map.is_endpoint_expecting(endpoint, name):
                values[name] = code

    @app.before_request
    def check() -> ResponseReturnValue | None:
        user = current_user._get_current_object()
        arrived().account = user.signed_in if user.is_authenticated else None
        speak(_locale())
        if request.endpoint is None:
            return None
        refused = _refused(policy_of(app, request.endpoint))
        if refused is None and request.method not in ("GET", "HEAD", "OPTIONS"):
            _check_change(app, csrf, request.endpoint)
        return refused

    @app.teardown_request
    def leave(_error: BaseException | None) -> None:
        if "here" in g:
            g.here.close()


def _refused(policy: Policy | None) -> ResponseReturnValue | None:
    """Return what is answered instead of the page, or None for somebody who may open it."""
    here = arrived()
    if policy is None:
        raise NotFound
    if policy.kind == "public":
        return None
    is_api = request.blueprint == "api"  # programs are told by status, not led to a page
    if here.account is None:
        return abort(401) if is_api else sign_in_with_draft()
    if here.account.must_change_password and request.endpoint not in FREE:
        return abort(403) if is_api else redirect(url_for("me.password"), 303)
    if policy.kind == "unit":
        if not policy.admits(here.actor.roles):
            raise NotFound
        if here.campaign_code is not None:
            _ = here.context
    return None


def _check_change(app: Flask, csrf: CSRFProtect, endpoint: str) -> None:
    """Refuse what was not sent from our own page (programs say so in a header), and what is sent faster than a person sends."""
    if request.blueprint != "api":
        csrf.protect()
    if here.account is not None and endpoint not in FREE:
        here.keep_pace("search" if is_search(app, endpoint) else "write")


def _locale() -> str:
    here = arrived()
    if here.account is not None:
        return here.account.locale
    chosen = session.get("locale")
    return chosen if chosen in ("vi", "en") else "vi"
