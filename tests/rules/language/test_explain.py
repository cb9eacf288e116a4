"""explain names the comparisons that decided, with the values they saw."""

from rules.language import CATALOGUE, Context, explain, parse
from rules.time import at

RULE = "state == 'registered' and now - later(entered_at, last_contact) >= hours(48) and attempts < 3"
SYMBOLS = {"state": {"registered": "Đã đăng ký", "submitted": "Đã góp ý"}}
FACTS = {"state": "registered", "entered_at": at("2025-05-15 08:00"), "last_contact": None, "attempts": 1}


def explained(text: str, facts=FACTS, now="2025-05-17 08:00"):
    return explain(parse(text, CATALOGUE, Context.CASE, symbols=SYMBOLS), facts, at(now))


def test_the_first_false_part_decides_an_and():
    found = explained(RULE, now="2025-05-17 07:59")

    assert not found.holds
    assert [reason.text for reason in found.reasons] == ["now - later(entered_at, last_contact) >= hours(48)"]
    assert found.reasons[0].values == (
        ("lúc xét", "07:59 ngày 17/5/2025"),
        ("lúc vào trạng thái", "08:00 ngày 15/5/2025"),
        ("lần liên hệ gần nhất", "chưa có"),
    )
    assert str(found).startswith("Không đúng vì:\n– now - later")


def test_all_parts_decide_an_and_that_holds():
    found = explained(RULE)

    assert found.holds
    assert len(found.reasons) == 3
    assert found.reasons[0].values == (("trạng thái", "Đã đăng ký"),)
    assert found.reasons[2].values == (("số lần đến không gặp", "1 lần"),)


def test_an_or_is_decided_by_its_first_true_part_or_by_all():
    assert [r.text for r in explained("attempts > 5 or attempts == 1 or attempts < 9").reasons] == ["attempts == 1"]
    assert len(explained("attempts > 5 or attempts == 2").reasons) == 2


def test_not_is_looked_through():
    found = explained("not (attempts > 5 or state == 'submitted')")

    assert found.holds
    assert [(r.text, r.holds) for r in found.reasons] == [("attempts > 5", False), ("state == 'submitted'", False)]
