"""A form that arrives after the sign-in ran out: what was typed is carried through the sign-in page and can be sent again.

Nothing is stored on the server and nothing is sent by itself: after signing in, the page shows what waits and a button. Only what
came from one of our own pages is carried, and never a password or a file.
"""

import json
from typing import Final

from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.security import is_own_form
from web.templating import render_template

MOST: Final = 100_000
"""Characters of a draft at most."""
SECRET: Final = ("csrf_token", "password", "new_password", "old_password", "again", "code")


def sign_in_with_draft() -> ResponseReturnValue:
    """Answer somebody who is not signed in: the sign-in page, and afterwards the page they wanted."""
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("sign_in.enter", next=_path()), 303)
    from web.sign_in.forms import SignInForm

    draft = draft_of_request() if is_own_form() else ""
    form = SignInForm(formdata=None, draft=draft, next=_back())
    page: Response = make_response(render_template("sign_in/enter.html", form=form, ran_out=bool(draft)), 401)
    return page


def draft_of_request() -> str:
    """Return the request's typed values and where they were going, as text."""
    fields = [
        [name, value] for name in request.form if name not in SECRET for value in request.form.getlist(name) if value
    ]
    text = json.dumps({"to": request.full_path.rstrip("?"), "fields": fields}, ensure_ascii=False)
    return text if fields and len(text) <= MOST else ""


def read_draft(text: str) -> tuple[str, list[tuple[str, str]]] | None:
    """Return (where to, typed values) of a draft; None if there is none or it is damaged."""
    try:
        draft = json.loads(text)
        fields = [(str(name), str(value)) for name, value in draft["fields"]]
        return own_path(str(draft["to"])), fields
    except (ValueError, KeyError, TypeError):
        return None


def own_path(text: str | None) -> str:
    """Return a path of this site; the first page for anything that leads elsewhere."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")) or "\\" in text or "\n" in text:
        return url_for("home.index")
    return text


def _path() -> str:
    return request.full_path.rstrip("?")


def _back() -> str:
    """Return the page a form was sent from: where to go when there is no draft to send."""
    return request.path if request.method in ("GET", "HEAD") else url_for("home.index")
