"""The specification and its page: they hold no data, so that whoever writes a program may read them."""

from typing import Any

from flask import Response, current_app, json
from flask.typing import ResponseReturnValue

from web.api import (
    above,
    area,
    assignments,
    checks,
    closes,
    desk,
    doors,
    escalations,
    evidence,
    exits,
    figures,
    forwarding,
    me,
    outcomes,
    plan_ahead,
    queue,
    revisits,
    rosters,
    settling,
    sheets,
    tasks,
    telling,
)
from web.api.blueprint import bp
from web.api.document import WHY, document_of
from web.api.problems import TITLES
from web.pages import render
from web.policy import public

RESOURCES = (
    me,
    queue,
    doors,
    outcomes,
    assignments,
    exits,
    escalations,
    tasks,
    plan_ahead,
    forwarding,
    evidence,
    figures,
    closes,
    telling,
    settling,
    checks,
    above,
    revisits,
    area,
    desk,
    rosters,
    sheets,
)
"""What is served: importing a module puts its routes on the blueprint."""
__all__ = ["RESOURCES", "bp"]


@bp.route("/openapi.json")
@bp.response(200, {"type": "object"})
@public
def openapi() -> ResponseReturnValue:
    """This specification."""
    return Response(json.dumps(document_of(current_app)), mimetype="application/json")


@bp.route("/")
@bp.response(200, {"type": "string"}, content_type="text/html")
@public
def index() -> ResponseReturnValue:
    """A page that lists the operations, for people."""
    made = document_of(current_app)
    operations: dict[str, list[dict[str, Any]]] = {}
    for path, methods in made["paths"].items():
        for method in ("get", "post"):
            if method in methods:
                told = {"path": path, "method": method.upper(), **methods[method]}
                operations.setdefault(told["tags"][0], []).append(told)
    return render("api/index.html", made=made, groups=operations, titles=TITLES, why=WHY)
