"""The specification says what the routes do: every route, who may, how it refuses, and shapes that hold for real answers."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.web.api.conftest import Town
from tests.web.api.program import Program
from tests.web.site import Site
from web.policy import policy_of

INSIDE = "/api/v1/{unit}/{campaign}/"
FORMS = {
    f"{INSIDE}tasks/{{task_id}}/evidence/files", f"{INSIDE}rosters", f"{INSIDE}figures/system-counts/files",
    f"{INSIDE}figures/checks/files",
}  # fmt: skip
"""Addresses that take a file."""
LOOKS = ("/searches", "/phone", "/rejects", "/checks/texts", "/checks/files")
"""Addresses at which a POST changes nothing."""


def document(site: Site) -> dict[str, Any]:
    answer = site.stranger().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return dict(answer.get_json())


def operations(made: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in made["paths"].items():
        for method in ("get", "post"):
            if method in methods:
                yield path, method, methods[method]


def refs(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for inner in node.values():
            yield from refs(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from refs(inner)


def found(made: dict[str, Any], ref: str) -> Any:
    node: Any = made
    for part in ref.removeprefix("#/").split("/"):
        node = node[part]
    return node


def test_every_route_is_described(site: Site) -> None:
    made = document(site)
    rules = [rule for rule in site.app.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    routes = {
        (re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule), method.lower())
        for rule in rules
        for method in rule.methods or ()
        if method not in ("HEAD", "OPTIONS")
    }

    assert {(path, method) for path, method, _ in operations(made)} == routes
    assert len(routes) >= 28
    assert made["openapi"] == "3.1.0"
    assert all(policy_of(site.app, rule.endpoint) for rule in rules)


def test_every_operation_says_who_may_and_how_it_refuses(site: Site) -> None:
    made = document(site)
    for path, method, operation in operations(made):
        where, refusals = f"{method} {path}", {int(code) for code in operation["responses"] if int(code) >= 400}
        is_public = path in ("/api/v1/", "/api/v1/openapi.json")
        assert all(operation[name] for name in ("summary", "operationId", "tags")), where
        assert 500 in refusals
        if is_public:
            assert operation["security"] == []
            continue
        assert {401, 403} <= refusals, where
        assert (404 in refusals) == ("{unit}" in path), where
        asked = {each.get("$ref", "").rpartition("/")[2] for each in operation["parameters"]}
        if method == "post":
            assert operation["security"] == [{"session": [], "session_token": []}], where
            assert {400, 409, 413, 415, 422} <= refusals, where
            assert ("key" in asked) == (not path.endswith(LOOKS)), where
            assert ("version" in asked) == ({412, 428} <= refusals), where
            kind = "multipart/form-data" if path in FORMS else "application/json"
            assert operation["requestBody"]["content"].keys() == {kind}, where
        else:
            assert operation["security"] == [{"session": []}], where
    identified = [operation["operationId"] for _, _, operation in operations(made)]
    assert len(identified) == len(set(identified))


def test_the_document_holds_together(site: Site) -> None:
    made = document(site)
    for ref in refs(made):
        found(made, ref)
    shapes = made["components"]["schemas"]
    assert all(shape["additionalProperties"] is False for shape in shapes.values())
    assert shapes["Person"]["properties"]["state_version"]["type"] == ["integer", "null"]
    assert shapes["Visit"]["properties"]["happened_at"] == {"type": "string", "format": "date-time"}
    assert "nullable" not in json.dumps(made)
    for path, methods in made["paths"].items():
        named = {each["name"] for each in methods.get("parameters", ()) if each["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path)), path


def fits(made: dict[str, Any], shape: dict[str, Any], value: Any, where: str) -> None:
    """Check a value against as much of JSON Schema as the document uses."""
    if "$ref" in shape:
        return fits(made, found(made, shape["$ref"]), value, where)
    if "anyOf" in shape:
        if value is None:
            assert {"type": "null"} in shape["anyOf"], where
            return None
        return fits(made, shape["anyOf"][0], value, where)
    fits_alone(shape, value, where)
    if isinstance(value, list):
        for number, item in enumerate(value):
            fits(made, shape["items"], item, f"{where}/{number}")
    if isinstance(value, dict):
        declared, more = shape.get("properties", {}), shape.get("additionalProperties")
        assert set(shape.get("required", ())) <= set(value), f"{where}: {set(shape['required']) - set(value)} missing"
        for name, inner in value.items():
            assert name in declared or isinstance(more, dict), f"{where}/{name} is not declared"
            fits(made, declared.get(name, more), inner, f"{where}/{name}")
    return None


def fits_alone(shape: dict[str, Any], value: Any, where: str) -> None:
    """Check what a shape says of a value itself: its type, list of words, bounds and form."""
    kinds = shape.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", type(None): "null"}
    assert not kinds or names[type(value)] in kinds, f"{where}: {value!r} is no {kinds}"
    if value is not None and "enum" in shape:
        assert value in shape["enum"], f"{where}: {value!r}"
    if isinstance(value, int) and not isinstance(value, bool):
        assert shape.get("minimum", value) <= value <= shape.get("maximum", value), where
    if shape.get("format") == "date-time" and value is not None:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+07:00", value), f"{where}: {value}"


def check(made: dict[str, Any], site: Site, answer: Any, template: str, method: str = "get") -> None:
    """Check an answer against the shape that the document gives for its status."""
    told = made["paths"][template][method]["responses"]
    assert str(answer.status_code) in told, (template, answer.status_code, answer.text)
    shape = told[str(answer.status_code)]
    shape = found(made, shape["$ref"]) if "$ref" in shape else shape
    assert answer.mimetype in shape["content"], template
    fits(made, shape["content"][answer.mimetype]["schema"], answer.get_json(force=True), template)


def test_answers_have_the_shapes_that_are_declared(town: Town) -> None:
    town.world.visit("binh", town.door, "nobody_home")
    made, inside = document(town), INSIDE
    programs = {login: Program(town, login) for login in ("binh", "an", "hai", "khanh")}
    for program in programs.values():
        for path in (
            "queue",
            "outcomes",
            "teams",
            "exits",
            "escalations",
            "tasks",
            "figures/report",
            "doors/" + str(town.door),
        ):
            template = inside + ("doors/{door_id}" if path.startswith("doors/") else path)
            check(made, town, program.get(path), template)
        check(made, town, program.get("/api/v1/me"), "/api/v1/me")
        check(made, town, program.get(f"/api/v1/{town.world.code}"), "/api/v1/{unit}")
        check(made, town, program.get("queue?after=x"), inside + "queue")
        check(made, town, program.post("queue/searches", {"text": "36"}), inside + "queue/searches", "post")
        check(made, town, program.post("doors/searches", {}), inside + "doors/searches", "post")
        for path in ("visits", "hand-back", "people"):
            answer = program.post(f"doors/{town.door}/{path}", {"surplus": 1})
            check(made, town, answer, f"{inside}doors/{{door_id}}/{path}", "post")


def test_the_examples_of_bodies_fit_their_shapes(site: Site) -> None:
    made, seen = document(site), 0
    for path, method, operation in operations(made):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            if "example" in content:
                fits(made, content["schema"], content["example"], f"{method} {path}")
                seen += 1
    assert seen >= 10


def test_people_can_read_it_too(site: Site) -> None:
    for browser in (site.stranger(), site.as_("an")):
        page = browser.get("/api/v1/")
        assert page.status_code == 200
        assert "/api/v1/{unit}/{campaign}/doors/{door_id}/visits" in page.text
        assert 'id="stale"' in page.text
        assert not re.search("style=|<script>", page.text)
