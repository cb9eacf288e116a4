"""Documents nobody wrote by hand: right ones are silent, and one changed number of a table or a list is found at its place."""

import csv
import io
import random
from decimal import ROUND_HALF_UP, Decimal

import pytest

from workflow.checking.check import check_document, check_file
from workflow.checking.read import read_pasted

LEADS = ("trong đó", "gồm", "bao gồm", "chia ra", "cụ thể như sau")
NAMES = (
    "An",
    "Bình",
    "Cường",
    "Đông",
    "Đoài",
    "Giang",
    "Hạ",
    "Khê",
    "Lâm",
    "Mỹ",
    "Nội",
    "Phú",
    "Quý",
    "Sơn",
    "Tân",
    "Vân",
)


def errors(checked):
    return [finding for finding in checked.findings if finding.severity == "error"]


def a_table(chance):
    """Return rows with headings, a total column, maybe a percentage, and a total row."""
    columns, rows = chance.randint(2, 6), chance.randint(4, 14)
    body = [[chance.randint(3, 900) for _ in range(columns)] for _ in range(rows)]
    body = [[sum(row), *row] for row in body]
    body.append([sum(column) for column in zip(*body, strict=True)])
    with_rates = chance.random() < 0.5
    names = [f"Thôn {name}" for name in chance.sample(NAMES, rows)] + ["Tổng cộng"]
    head = ["STT", "Thôn", "Tổng số", *(f"Nhóm {letter}" for letter in "ABCDEF"[:columns])] + [
        "Tỷ lệ nhóm A (%)"
    ] * with_rates
    lines = [head]
    for at, (name, row) in enumerate(zip(names, body, strict=True), 1):
        cells = [str(at) if at <= rows else "", name, *map(vi, row)]
        lines.append(cells + [rate(row[1], row[0])] * with_rates)
    return lines, columns


def vi(number):
    return f"{number:,}".replace(",", ".")


def rate(part, whole, decimals=1):
    rounded = (Decimal(100 * part) / whole).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return str(rounded).replace(".", ",")


def checked_table(lines):
    target = io.StringIO()
    csv.writer(target).writerows(lines)
    return check_file(target.getvalue().encode(), "bang.csv")


@pytest.mark.parametrize("seed", range(30))
def test_a_table_with_totals_is_silent_until_one_cell_is_changed(seed):
    chance = random.Random(seed)
    lines, columns = a_table(chance)
    assert errors(checked_table(lines)) == []
    row, column = chance.randrange(1, len(lines)), chance.randrange(2, 3 + columns)
    number = int(lines[row][column].replace(".", ""))
    lines[row][column] = vi(number + chance.choice((1, -1, 9, 10, 100)))

    found = errors(checked_table(lines))

    cell = f"{chr(65 + column)}{row + 1}"
    assert found, cell
    assert any(cell in repair.where for finding in found for repair in finding.repairs), (
        cell,
        [str(each) for each in found],
    )


def a_report(chance):
    """Return a report of nested lists in one of the ways people write them, and the texts of its counted parts."""
    english, with_rates, dashes = chance.random() < 0.3, chance.random() < 0.5, chance.random() < 0.5
    lead = "including" if english else chance.choice(LEADS)
    unit, decimals = chance.choice(("người", "hộ", "hồ sơ")), chance.choice((1, 2))

    def count(number):
        return f"{number:,}" if english else vi(number)

    def line(label, number, whole):
        share = rate(number, whole, decimals)
        told = f", chiếm {share.replace(',', '.') if english else share}%" if with_rates else ""
        return f"{label}: {count(number)} {unit}{told}"

    lines, marked = ["BÁO CÁO", ""], []
    for section in range(1, chance.randint(3, 6)):
        parts = [[chance.randint(20, 400) for _ in range(chance.randint(3, 5))] for _ in range(chance.randint(3, 4))]
        whole = sum(map(sum, parts))
        lines.append(f"{section}. Khu vực {NAMES[section]}: {count(whole)} {unit}, {lead}:")
        for at, inside in enumerate(parts, 1):
            mark = "-" if dashes else f"{section}.{at}."
            lines.append(f"{mark} {line(f'Nhóm {NAMES[at]}', sum(inside), whole)}, {lead}:")
            for below, number in enumerate(inside):
                mark = "+" if dashes else f"{section}.{at}.{below + 1}."
                lines.append(f"{mark} {line(f'Thuộc diện {NAMES[below + 5]}', number, sum(inside))}")
                marked.append((len(lines) - 1, count(number), count))
    return lines, marked


@pytest.mark.parametrize("seed", range(40))
def test_nested_lists_are_silent_until_one_number_is_changed(seed):
    chance = random.Random(seed)
    lines, marked = a_report(chance)
    assert errors(check_document(read_pasted("\n".join(lines), "thử"))) == []
    at, printed, count = chance.choice(marked)
    wrong = count(int(printed.replace(".", "").replace(",", "")) + chance.choice((1, -1, 9, 10)))
    lines[at] = lines[at].replace(f": {printed} ", f": {wrong} ")

    found = errors(check_document(read_pasted("\n".join(lines), "thử")))

    assert found, lines[at]
    assert printed in {repair.proposed for finding in found for repair in finding.repairs}, [
        str(each) for each in found
    ]
