"""The parser: what it accepts, and for everything else one sentence at the right place."""

import random

import pytest

from rules.language import CATALOGUE, Context, LanguageError, Op, Type, negation, parse, to_text
from tests.effort import calls_made, ends
from tests.rules.language.expressions import Expressions
from tests.rules.language.world import STATES, WORLD

SYMBOLS = {"state": STATES, "stage": STATES, "figure": ["staff_open", "reports_missing"]}


def read(text: str, context: Context = Context.CASE, expects: Type = Type.BOOL):
    return parse(text, CATALOGUE, context, expects=expects, symbols=SYMBOLS)


def problems(text: str, context: Context = Context.CASE, expects: Type = Type.BOOL):
    with pytest.raises(LanguageError) as caught:
        read(text, context, expects)
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "context", "expects"),
    [
        ("resident and eligible", Context.POPULATION, Type.BOOL),
        ("level_2", Context.POPULATION, Type.BOOL),
        ("happened_at < campaign.collect_until", Context.GATEWAY, Type.BOOL),
        (
            "state == 'registered' and now - later(entered_at, last_contact) >= hours(48) and attempts < 3",
            Context.CASE,
            Type.BOOL,
        ),
        ("later(entered_at, last_contact)", Context.CASE, Type.INSTANT),
        ("is_open and follow_up_at <= now", Context.CASE, Type.BOOL),
        ("figure('staff_open') == 0", Context.TASK, Type.BOOL),
        ("figure('staff_open', area=area) > figure('staff_open', area='tdp-3')", Context.TEAM, Type.BOOL),
        ("pace < required_pace and misses_3_days >= 2", Context.TEAM, Type.BOOL),
        ("task_state in ['planned', 'assigned'] and now >= earlier(due_at, internal_due_at)", Context.TASK, Type.BOOL),
        ("age >= 14 and account not in ['activated']\n  and known(residence)", Context.POPULATION, Type.BOOL),
        ("now >= at('2025-05-27 16:00') - minutes(30)", Context.CASE, Type.BOOL),
    ],
)
def test_rules_of_a_real_campaign_are_read_and_printed_again(text, context, expects):
    node = read(text, context, expects)

    assert node.type is expects
    assert read(to_text(node), context, expects) == node


@pytest.mark.parametrize(
    ("text", "place", "said", "hint"),
    [
        ("state == 'activate'", (1, 10), "‘activate’", "có phải là ‘activated’?"),
        ("stage in ['registered', 'submited']", (1, 25), "‘submited’", "‘submitted’"),
        ("attemps < 3", (1, 1), "Không có dữ kiện ‘attemps’", "‘attempts’"),
        ("is_open and last_contcat < now", (1, 13), "‘last_contcat’", "‘last_contact’"),
        ("now > campaign.colect_until", (1, 7), "‘campaign.colect_until’", "‘campaign.collect_until’"),
        ("laterr(entered_at, last_contact) < now", (1, 1), "Không có hàm", "‘later’"),
        ("now - last_contact > 48", (1, 22), "khoảng thời gian với số nguyên", "hours(48)"),
        ("entered_at > '2025-05-15'", (1, 14), "thời điểm với chữ", "at("),
        ("attempts < '3'", (1, 12), "số nguyên với chữ", "nháy"),
        ("attempts", (1, 1), "cần đúng/sai", "attempts < 3"),
        ("attempts and is_open", (1, 1), "cần một điều kiện", "so sánh"),
        ("is_open == True", (1, 12), "đứng một mình", "not resident"),
        ("0 < attempts < 3", (1, 1), "liền hai lần", "and"),
        ("attempts = 3", (1, 10), "‘=’", "=="),
        ("attempts * 2 > 3", (1, 10), "‘*’", "không nhân, chia"),
        ("attempts // 2 > 3", (1, 10), "‘//’", "không nhân, chia"),
        ("attempts % 2 == 1", (1, 10), "‘%’", "targets"),
        ("last_contact is None", (1, 14), "‘is’", "missing(x)"),
        ("last_contact == None", (1, 17), "không có giá trị này", "missing(x)"),
        ("missing(state)", (1, 9), "không bao giờ thiếu", "bỏ"),
        ("attempts > 1) or (attempts < 3", (1, 13), "đóng mà không có dấu mở", "ngoặc"),
        ("(attempts > 1", (1, 1), "mở mà không đóng", "ngoặc"),
        ("attempts in [1, 2)", (1, 18), "đóng mà không có dấu mở", "ngoặc"),
        ("state < 'registered'", (1, 9), "không có thứ tự", "in ["),
        ("state in []", (1, 10), "danh sách", "in ['a', 'b']"),
        ("state in state", (1, 10), "danh sách", "in ['a', 'b']"),
        ("hours(1.5) > hours(1)", (1, 7), "‘1.5’", "số nguyên"),
        ("now - entered_at > hours(attempts)", (1, 26), "số nguyên viết sẵn", "hours(2)"),
        ("now - entered_at > days(99999999)", (1, 25), "giới hạn", ""),
        ("attempts > 99999999999999999999", (1, 12), "quá lớn", "9007199254740992"),
        ("attempts > 9007199254740993", (1, 12), "quá lớn", "9007199254740992"),
        ("attempts > 007", (1, 12), "chữ số 0", "bỏ"),
        ("tuổi > 3", (1, 1), "‘tuổi’", "nháy"),
        ("state == ‘registered’", (1, 10), "‘‘’", "nháy thẳng"),
        ("state == 'registered", (1, 10), "không đóng", "cùng dòng"),
        ("entered_at > at('2025-02-30 08:00')", (1, 17), "2025-02-30", ""),
        ("later(entered_at, attempts) < now", (1, 19), "trộn", "cùng loại"),
        ("later(entered_at) < now", (1, 1), "gọi chưa đúng", "later(a, b)"),
        ("happened_at < now", (1, 1), "‘happened_at’ không dùng được ở quy tắc quét hồ sơ", "điều kiện chuyển bước"),
        ("figure('staff_open') == 0", (1, 1), "figure(…)", "nhiệm vụ"),
        ("pace < 3", (1, 1), "‘pace’ không dùng được", "tổ công tác"),
        ("now + now - entered_at > entered_at", (1, 7), "Không cộng được thời điểm với thời điểm", ""),
        ("(now - entered_at) + (now - created_at) > hours(1)", (1, 43), "hai lần", "một lần"),
        ("starts(state, '')", (1, 15), "luôn đúng", "ký tự"),
        ("", (1, 1), "trống", "ví dụ"),
        ("  # ghi chú", (1, 3), "‘#’", "ngoài biểu thức"),
        ("state == 'a\\n'", (1, 10), "ký tự không được phép", "xóa"),
        ("state == 'a\x00'", (1, 10), "U+0000", "xóa"),
        ("state == '\ud800'", (1, 10), "U+D800", "xóa"),
        ("-attempts < 3", (1, 1), "Dấu trừ", "a - b"),
        ("is_open and", (1, 12), "cú pháp", "kiểm tra"),
        ("is_open\n and (state ==\n 'x' or", (2, 6), "mở mà không đóng", "ngoặc"),
        ("known(is_open and is_done)", (1, 7), "không phải một điều kiện", ""),
    ],
)
def test_a_mistake_is_a_sentence_at_its_place(text, place, said, hint):
    found = problems(text)[0]

    assert (found.line, found.column) == place
    assert said in found.message
    assert hint in found.hint
    assert found.message.endswith(".")


def test_now_in_a_gateway_is_refused_in_favour_of_the_time_of_the_deed():
    (found,) = problems("now < campaign.collect_until", Context.GATEWAY)

    assert "happened_at" in found.hint


def test_an_unknown_figure_is_named_with_its_neighbour():
    (found,) = problems("figure('staf_open') == 0", Context.TASK)

    assert (found.column, "staff_open" in found.hint) == (8, True)


def test_every_problem_is_reported_at_once_with_columns_in_characters():
    text = "state == 'đã ký ạ'\n and attemps < 3\n and stage == 'activate' and attempts > '3'"

    assert [(p.line, p.column) for p in problems(text)] == [(1, 10), (2, 6), (3, 15), (3, 41)]


def test_literals_are_normalised():
    assert read("starts(lower(stage), 'e\u0301')").value == "\u00e9"


def test_dotted_names_are_only_declared_ones():
    assert "now.real" in problems("now.real > 3")[0].message
    assert "Dấu chấm" in problems("'a'.join(state)")[0].message or problems("'a'.join(state)")


DAMAGE = [
    "",
    "",
    "(",
    ")",
    "[",
    "]",
    "'",
    '"',
    ",",
    ".",
    "=",
    "<",
    "-",
    " ",
    " not ",
    " and ",
    "1",
    "n1",
    "đ",
    "\n",
    "\\",
    "{",
    "#",
]

HOSTILE = [
    "__import__('os').system('id')", "().__class__.__bases__", "state.__class__", "lambda: 1", "[x for x in state]",
    "{'a': 1}", "f'{state}'", "(x := 1) > 0", "attempts ** 9999999", "attempts if is_open else 3", "await state",
    "state[0] == 'a'", "*state", "later(*state)", "later(**state)", "print('x')", "eval('1')", "yield", "...", "b'x' == state",
    "1j > 0", "0x10 > 1", "1_000 > 1", "1e9 > 1", "state == 'a' 'b'", "attempts\\\n< 3", "is_open; is_done", "~attempts > 1",
    "attempts & 1 == 1", "attempts @ 2", "is_open -> is_done", "'" , '"""', "'''a'''", "\x00", "\ud800", "\u202e", "🙂",
    "(" * 1000, ")" * 1000, "(" * 1000 + ")" * 1000, "not " * 499 + "x", "-" * 1999 + "1", "- " * 999 + "1",
    "not (" * 300 + "is_open" + ")" * 300, "attempts" + "-1" * 900 + " > 0", "now" + ".a" * 990, "a" * 2001, "a" * 1999,
    "is_open and " * 160 + "is_open or", "later(" * 300, "attempts" + " < 1" * 400, "[" * 1999, "9" * 1999, "in in in", "and",
    "earlier(" * 5 + "now" + ", now)" * 5 + " < now", "figure(" * 200 + "'x'" + ")" * 200, "state in [" + "'a'," * 480 + "]",
    "later(now,now)-later(now,now)" * 40, "campaign", "campaign.", ".starts_at", "hours(-1) > hours(1)", "hours(n=1) > hours(1)",
    "later(entered_at, entered_at)" + " - hours(1)" * 40 + " < now", "\n" * 1999, "(\n" * 900, "is_open #\nand", "\r", "\f is_open",
    "later(" + "now, " * 300 + "now) > now",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_refused_at_once_with_a_place(text):
    with ends():
        found = problems(text)
    lines = text.split("\n")
    assert found
    assert all(1 <= p.line <= len(lines) and 1 <= p.column <= len(lines[p.line - 1]) + 1 for p in found)
    assert calls_made(lambda: problems(text)) < 2000 + 60 * len(text)


@pytest.mark.parametrize("context", Context)
def test_expressions_at_the_limits_are_still_read(context):
    wide = " and ".join(["campaign.starts_at < campaign.ends_at"] * 40)
    node = parse(wide, CATALOGUE, context)
    deep = parse("not (" * 14 + wide[:60].split(" and ")[0] + ")" * 14, CATALOGUE, context)

    assert node.op is Op.AND
    assert deep.type is Type.BOOL


def test_unfolding_is_bounded():
    many = "later(entered_at, last_contact, created_at, follow_up_at)"

    assert "later/earlier" in problems(f"{many} - {many} > {many} - {many}")[0].message
    assert "quá nhiều" in problems(" or ".join([f"{many} - {many} > now - {many}"] * 7))[0].message


def test_double_negation_is_one():
    node = read("is_open")

    assert negation(negation(node)) == node == read("not not is_open")


def _read_or_refused(text: str):
    try:
        return parse(text, WORLD, Context.CASE)
    except LanguageError as error:
        return None if all(p.line >= 1 and p.column >= 1 and p.message for p in error.problems) else pytest.fail(text)


def test_damaged_expressions_are_read_or_refused_and_nothing_else():
    """Characters swapped, cut and doubled at random: always a tree that prints and parses, or a LanguageError."""
    chance, source = random.Random(5), Expressions(5)
    refused = 0
    for _ in range(2000):
        text = source.condition()
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(text) + 1)
            text = text[:place] + chance.choice(DAMAGE) + text[place + chance.randint(0, 2) :]
        found = _read_or_refused(text)
        refused += not found
        assert not found or parse(to_text(found), WORLD, Context.CASE) == found

    assert 1000 < refused < 2000
