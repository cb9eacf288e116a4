"""The specification, OpenAPI 3.1, made of the routes themselves: their shapes, roles, headers and every way they refuse.

Made once for an application, when first asked for.
"""

import inspect
from typing import Any, Final

from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from flask_smorest import Api

from web.api import fields, problems
from web.api.blueprint import BYTES, KEY, REPLAY, TOKEN, VERSION, Operation, bp
from web.policy import Policy, policy_of

TITLE: Final = "Từng Nhà"
VERSION_OF_API: Final = "1.0"
OPENAPI: Final = "3.1.0"
EXTENSION: Final = "tungnha-api-document"
COOKIE, SESSION_TOKEN = "session", "session_token"
DESCRIPTION: Final = """\
The reads and writes of the screens (but for printing and handing over paper, and administration), under the same rules: who may do what, what is
discreet, what is refused and why.

- Sign in on the pages; the session cookie is the only credential. Every POST therefore carries `X-CSRF-Token`, given by `GET /api/v1/me`.
- Every change carries an `Idempotency-Key` made for it (a UUID). Sent again with the same body it gets the same answer, with
  `Idempotent-Replay: true`, and changes nothing; with another body it is refused (422, `key_reused`).
- What changes one door, episode or task names the version that was read, in `If-Match`; 412 if somebody was faster. Findings about
  people carry their versions in the body; 409 then.
- Times are ISO 8601 with their offset; answers use +07:00. `now` is the unit's own time.
- What is absent and what is out of reach get the same 404.
- A file comes as one part of `multipart/form-data`, its fields as the others: nothing grows on the way, and a phone sends what it kept.
  The hash of its bytes takes part in what is "the same body". Files go out as attachments.
- Sixty changes and thirty searches a minute and account; 429 then, with `Retry-After`.
- Refusals are problem details (RFC 9457): branch on `code`, show `detail`.
- Nothing holds how somebody answered, and nothing tells how contact with somebody ended.
"""
WHY: Final = {
    400: "Not readable, or without key or session token",
    401: "Not signed in",
    403: "May be seen, but not done by these posts; or the password has to be changed first",
    404: "Absent, or out of reach: the two look alike",
    409: "The state of things does not allow it, or somebody was faster",
    412: "Somebody was faster than the version in If-Match",
    413: "Too large",
    415: "Another Content-Type than the one that the operation takes",
    422: "Something that was sent cannot be used; `errors` says what",
    428: "Without If-Match",
    429: "Too often: `Retry-After` says after how many seconds; or no exports left today",
    500: "A fault of the server: send again under the same key, and it is done once",
    503: "Busy (`Retry-After` says for how many seconds), or there is no place for files; nothing was done",
}
"""Every refusal's status, with what it means."""
_PARAMETERS: Final = {
    "key": {"name": KEY, "description": "Made by the sender for this one change: 1 to 100 letters, digits and . : _ -", "schema": {"type": "string", "minLength": 1, "maxLength": 100}, "example": fields.EXAMPLE_ID},
    "version": {"name": VERSION, "description": "The ETag that was read", "schema": {"type": "string", "pattern": '^"\\d{1,9}"$'}, "example": '"7"'},
}  # fmt: skip


class _Document(Api):
    """Collects the routes' documentation. Errors and routes are ours; flask-smorest only describes."""

    ERROR_SCHEMA = problems.ProblemShape
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave errors to `web.api.problems`."""


def document_of(app: Flask) -> dict[str, Any]:
    """Return the specification of the application's API."""
    known: dict[str, Any] | None = app.extensions.get(EXTENSION)
    if known is None:
        known = app.extensions[EXTENSION] = _describe(app)
    return known


def _describe(app: Flask) -> dict[str, Any]:
    options = {
        "title": TITLE,
        "version": VERSION_OF_API,
        "openapi_version": OPENAPI,
        "info": {"description": DESCRIPTION},
    }
    api = _Document(spec_kwargs={**options, "marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=_name_of)})
    api.register_field(fields.Moment, "string", "date-time")
    api.init_app(app)
    api.ma_plugin.converter.add_attribute_function(_of_file)
    spec = api.spec
    bp.register_views_in_doc(api, app, spec, name=bp.name, parameters=None)
    made: dict[str, Any] = spec.to_dict()
    made["components"]["schemas"].pop("PaginationMetadataSchema", None)  # flask-smorest's own paging, which is not used
    made["components"].pop("headers", None)
    made["components"] |= {"responses": _refusals(), "parameters": _parameters(), "securitySchemes": _schemes(app)}
    for rule in app.url_map.iter_rules():
        path = made["paths"].get(api.flask_plugin.flaskpath2openapi(rule.rule))
        if path is not None and rule.endpoint.startswith(f"{bp.name}."):
            _complete(app, rule.endpoint, path)
    made["tags"] = [{"name": name} for name in sorted({tag for path in made["paths"].values() for one in _operations(path) for tag in one["tags"]})]  # fmt: skip
    return made


def _name_of(shape: Any) -> str:
    """Return what the specification calls a shape: its class without the word Shape."""
    kind = shape if isinstance(shape, type) else type(shape)
    return kind.__name__.removesuffix("Shape")


def _of_file(_converter: Any, field: Any, **_options: Any) -> dict[str, str]:
    return dict(BYTES) if isinstance(field, fields.File) else {}


def _operations(path: dict[str, Any]) -> list[dict[str, Any]]:
    return [path[method] for method in ("get", "post") if method in path]


def _complete(app: Flask, endpoint: str, path: dict[str, Any]) -> None:
    """Add what all operations have in common: who may, by what credential, with which headers, and how they refuse."""
    view = getattr(app.view_functions[endpoint], "view_class", None)
    policy = policy_of(app, endpoint)
    assert policy is not None  # noqa: S101 - the application does not start otherwise
    for method in ("get", "post"):
        if method in path:
            operation, is_post = path[method], method == "post"
            changes = is_post and issubclass(view or Operation, Operation) and bool(getattr(view, "changes", True))
            needs_version = changes and bool(getattr(view, "needs_version", False))
            operation["operationId"] = f"{method}_{endpoint.partition('.')[2]}".lower()
            operation["tags"] = [_tag(view, app.view_functions[endpoint])]
            operation["description"] = f"{operation.get('description', '')}\n\n{_who(policy)}".strip()
            operation["security"] = _security(policy, is_post=is_post)
            kept = [each for each in operation.get("parameters", []) if isinstance(each, dict)]
            asked = [name for name, needed in (("key", changes), ("version", needs_version)) if needed]
            operation["parameters"] = kept + [{"$ref": f"#/components/parameters/{name}"} for name in asked]
            statuses = _statuses(policy, operation, is_post=is_post, needs_version=needs_version)
            statuses += getattr(view, "refuses_also", ()) if is_post else ()
            told = {code: each for code, each in operation["responses"].items() if str(code).startswith("2")}
            if changes:
                for each in told.values():
                    each.setdefault("headers", {})[REPLAY] = {"description": "true: answered before", "schema": {"type": "string"}}  # fmt: skip
            operation["responses"] = told | {
                str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in statuses
            }


def _statuses(policy: Policy, operation: dict[str, Any], *, is_post: bool, needs_version: bool) -> list[int]:
    found = {500}
    if policy.kind != "public":
        found |= {401, 403}
    if policy.kind == "unit":
        found.add(404)
    if any(each.get("in") == "query" for each in operation["parameters"]):
        found.add(422)
    if is_post:
        found |= {400, 409, 413, 415, 422, 429}
    if needs_version:
        found |= {412, 428}
    return sorted(found)


def _who(policy: Policy) -> str:
    if policy.kind == "public":
        return "Anybody."
    if policy.kind == "signed_in":
        return "Anybody with an account."
    return f"Roles: {', '.join(sorted(policy.roles))}." if policy.roles else "Anybody with a place in the unit."


def _security(policy: Policy, *, is_post: bool) -> list[dict[str, list[str]]]:
    if policy.kind == "public":
        return []
    return [{COOKIE: [], SESSION_TOKEN: []}] if is_post else [{COOKIE: []}]


def _schemes(app: Flask) -> dict[str, Any]:
    return {
        COOKIE: {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]},
        SESSION_TOKEN: {
            "type": "apiKey",
            "in": "header",
            "name": TOKEN,
            "description": "`csrf_token` of GET /api/v1/me",
        },
    }


def _parameters() -> dict[str, Any]:
    return {name: {"in": "header", "required": True, **told} for name, told in _PARAMETERS.items()}


def _refusals() -> dict[str, Any]:
    content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {f"Problem{status}": {"description": why, "content": content} for status, why in WHY.items()}


def _tag(view: type | None, function: Any) -> str:
    """Return the name of the file that an operation is in: one file for each kind of thing."""
    return (inspect.getmodule(view or function).__name__).rpartition(".")[2]  # type: ignore[union-attr]
