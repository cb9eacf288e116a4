"""Errors of shape in one file: each a Vietnamese sentence at its place, and no model is lost for the other checks."""

import pytest
from pydantic import BaseModel

from rules.pack import check_files
from rules.pack.annotations import annotation_at, keys_of
from rules.pack.draft import SECTIONS
from rules.pack.model import PackFile, PathFile
from rules.pack.shape import shape
from rules.pack.wording import PATTERNS, did_you_mean, nearest
from tests.rules.pack.samples import SMALL, findings_of, spoiled

IDENTIFIER = "chỉ dùng chữ thường không dấu, chữ số và gạch dưới, bắt đầu bằng chữ, như 'card_expired'"
KEBAB = "chỉ dùng chữ thường không dấu và chữ số, nối bằng gạch ngang, như 'daily-report'"
DAY = "chờ một ngày như 2025-05-15, nhưng ở đây là"

CASES = [
    # section, what stood there, what stands there now, the text the finding points at, the message
    ("path", "main: true", "main: yes", "yes", "chờ true hoặc false, nhưng ở đây là 'yes'"),
    ("path", "main: true", "mian: true", "mian", "khóa lạ 'mian' - có phải 'main' không?"),
    ("pack", "version: 1", "version: one", "one", "chờ một số nguyên, nhưng ở đây là 'one'"),
    ("pack", "version: 1", "version: '1'", "'1'", "chờ một số nguyên, nhưng ở đây là '1'"),
    ("pack", "version: 1", "version: 0", "0", "số 0 quá nhỏ: ít nhất 1"),
    ("pack", "pack: small-2025\nversion: 1\n", "pack: small-2025\n", "pack:", "thiếu 'version': thêm khóa này"),
    ("pack", "ends: 2025-05-31", "ends: 2025-05-32", "2025-05-32", f"{DAY} '2025-05-32'"),
    ("pack", "ends: 2025-05-31", "ends: 31/5/2025", "31/5/2025", f"{DAY} '31/5/2025'"),
    ("pack", "starts: 2025-05-10", "starts: 2025-05-10T08:00", "2025-05-10T", f"{DAY} '2025-05-10T08:00'"),
    ("pack", "role: plan_owner", "role: plan_ower", "plan_ower", "không dùng được 'plan_ower' ở đây - có phải 'plan_owner' không?"),
    ("path", 'code: "0"', "code: 0", "0", "chờ một câu chữ, nhưng ở đây là số 0; đặt trong dấu nháy nếu là chữ"),
    ("path", "code: V", "code: v", "v", "'v' viết chưa đúng: viết 1 đến 3 chữ in hoa hoặc chữ số, như 'V' hoặc 'K2'"),
    ("path", "[count_attempt,", "[count_atempt,", "count_atempt", "khóa lạ 'count_atempt' - có phải 'count_attempt' không?"),
    ("path", "effects: [{request: dead}]", "effects: []", "[]", "để trống ở đây: viết nội dung vào"),
    ("path", "{label: Đã đăng ký}", "{label: 3}", "3", "chờ một nhóm khóa: giá trị, nhưng ở đây là số 3"),
    ("path", "{label: Đã đăng ký}", "{label: ''}", "''", "để trống ở đây: viết nội dung vào"),
    ("path", "{label: Đã đăng ký}", "{label: {en: Listed}}", "label", "thiếu 'vi' cho 'label': thêm khóa này"),
    ("path", "dead: {label", "Dead: {label", "Dead", f"'Dead' viết chưa đúng: {IDENTIFIER}"),
    ("path", "by: [member, roster]", "by: [membre, roster]", "membre", "không dùng được 'membre' ở đây - có phải 'member' không?"),
    ("path", "line: [registered, activated, submitted]", "line: one", "one", "chờ một danh sách, như [một, hai], nhưng ở đây là 'one'"),
    ("plan", "id: staff-first", "id: staff_first", "staff_first", f"'staff_first' viết chưa đúng: {KEBAB}"),
    ("figures", "more_than: 95 percent", "more_than: 95%", "95%", "'95%' viết chưa đúng: viết số và 'percent', như '95 percent'"),
    ("figures", "states: [submitted, unreconciled]", "states: {a: 1}", "{a: 1}", "chờ một danh sách, như [một, hai], nhưng ở đây là một nhóm khóa"),
    ("pack", "unit_name: Phường Thử", "unit_name: ~", "~", "chờ một câu chữ, nhưng ở đây là chỗ trống"),
    ("escalations", "state == 'registered' and", "x" * 2000 + " and", "xxx", "câu quá dài: nhiều nhất 2000 chữ"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("section", "old", "new", "token", "message"), CASES, ids=[f"{c[0]} {c[3][:20]}" for c in CASES]
)
def test_each_error_of_shape_is_a_sentence_at_its_place(
    section: str, old: str, new: str, token: str, message: str
) -> None:
    text = spoiled((section, old, new))[f"{section}.yaml"]
    before = text[: SMALL[f"{section}.yaml"].index(old) + new.index(token)]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")

    found = [str(one) for one in findings_of((section, old, new))]

    assert f"{section}.yaml:{line}:{column}: {message}" in found


def test_a_wrong_piece_leaves_the_rest_to_be_checked() -> None:
    found = findings_of(
        ("path", "{label: Đã đăng ký}", "5"),
        ("path", "by: [team_leader, roster]}", "by: 7}"),
        ("escalations", "to: chair}\n      - {after: 90", "to: chiar}\n      - {after: 90"),
    )

    assert [one.check for one in found] == ["bad-value", "bad-value", "unknown-name"]


def test_what_is_made_up_is_never_spoken_of() -> None:
    raw = {"tracks": {"path": {"label": "x", "population": 7, "line": 7, "states": 7, "moves": 7}}}
    shaped = shape(PathFile, raw, ())

    assert shaped.model is not None
    assert len(shaped.problems) == 4
    assert all(shaped.is_touched(problem.path) for problem in shaped.problems)


@pytest.mark.parametrize("data", [None, 5, "text", [], [1], {}, {"tracks": None}, {"tracks": {"": {}}}, {1: 2}])
def test_any_data_gives_a_model_and_at_least_one_sentence(data: object) -> None:
    shaped = shape(PathFile, data, ())

    assert shaped.model is not None
    assert shaped.problems


@pytest.mark.parametrize("name", ["pack.yaml", "path.yaml", "figures.yaml"])
@pytest.mark.parametrize("text", ["", "5", "- 1", "null", "[", "a: b: c", "{}", "x: 1"])
def test_a_ruined_file_is_said_and_nothing_breaks(name: str, text: str) -> None:
    found = check_files({**spoiled(), name: text})

    assert any(one.file == name and one.severity == "error" for one in found)
    assert all(one.file == name for one in found if one.severity == "error")


def _patterns(schema: object) -> set[str]:
    if isinstance(schema, dict):
        own = {schema["pattern"]} if isinstance(schema.get("pattern"), str) else set()
        return own.union(*map(_patterns, schema.values()))
    return set().union(*map(_patterns, schema)) if isinstance(schema, list) else set()


def test_every_pattern_of_the_models_has_a_sentence() -> None:
    patterns = set().union(*(_patterns(model.model_json_schema()) for model in SECTIONS.values()))

    assert patterns == set(PATTERNS)


def test_annotations_are_found_through_lists_and_tables() -> None:
    assert "label" in keys_of(annotation_at(PathFile, ("tracks", "any", "states", "one")))
    assert annotation_at(PackFile, ("nothing", "here")) is None
    assert issubclass(annotation_at(PackFile, ("posts", 3)), BaseModel)


def test_did_you_mean_prefers_swapped_letters_and_says_nothing_when_nothing_is_near() -> None:
    assert nearest("exti", ["next", "exit", "open"]) == "exit"
    assert nearest("team-leader", ["team_leader"]) == "team_leader"
    assert did_you_mean("zzz", ["exit"]) == ""
