"""What is said of changes: the percentage of the number before, printed or worked out, and nothing of what is not printed."""

import pytest

from workflow.checking.check import check_file


def told(text: str) -> list[tuple[str, str]]:
    """Return the errors of a text about rates: the place and the sentence."""
    found = check_file(text.encode(), "a.txt").findings
    return [(str(each.where), str(each.message)) for each in found if (each.check, each.severity) == ("rate", "error")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1. Có 4.902 vụ, giảm 1.279 vụ (-20,29%).", "1.279/6.181 = 20,69%, văn bản in -20,29%."),
        ("1. Có 4.902 vụ, giảm 1.279 vụ (−20,29 %).", "1.279/6.181 = 20,69%, văn bản in −20,29 %."),
        ("1. Có 4.902 vụ, giảm 20,29% so với cùng kỳ năm 2024 (6.181 vụ).", "1.279/6.181 = 20,69%, văn bản in 20,29%."),
        ("1. Có 4.620 con lợn, tăng 11% so với năm trước (4.200 con).", "420/4.200 = 10%, văn bản in 11%."),
    ],
)
def test_a_wrong_percentage_is_said_with_its_numbers(text: str, said: str) -> None:
    assert told(text) == [("mục 1 (dòng 1)", said)]


@pytest.mark.parametrize(
    "text",
    [
        "1. Có 4.902 vụ, giảm 1.279 vụ (-20,69%).",
        "1. Có 4.902 vụ, giảm 1.279 vụ (-20,7%).",
        "1. Có 4.902 vụ, giảm 1.279 vụ (-20,6%).",  # cut, not rounded
        "1. Có 4.902 vụ, gây rối giảm 12 vụ (-37,5%).",  # of how many is not printed
        "1. Có 4.902 vụ, giảm 20,29% so với kế hoạch (6.181 vụ).",  # a plan is no earlier number
        "1. Có 4.902 vụ, tăng 20,29% so với cùng kỳ (6.181 vụ).",  # not the same affairs: there are fewer
        "1. Có 4.902 vụ, giảm hơn 20% so với cùng kỳ (6.181 vụ).",
        "1. Có 4.902 vụ, giảm 20,29% so với cùng kỳ (6.181 người).",
    ],
)
def test_what_holds_or_is_not_printed_is_no_error(text: str) -> None:
    assert told(text) == []
