"""Ten mistakes in one pack: ten findings at ten exact places in one go, and nothing is loaded."""

import pytest

from rules.pack import PackRefused, load_files
from rules.pack.draft import PackFinding
from tests.rules.pack.samples import SMALL, spoiled

MISTAKES = (
    # file, what stood there, the mistake
    ("path", "from: registered, to: activated,", "from: registered, to: activate,"),
    ("escalations", "later(entered_at, last_contact) >= hours(48)", "later(entered_at, last_contcat) >= hours(48)"),
    ("pack", "internal: before 15:30}", "internal: before 15:30}\nretention_days: ninety"),
    (
        "path",
        "      submitted: {label: Đã góp ý, done: true}",
        "      submitted: {label: Đã góp ý, done: true, done: true}",
    ),
    ("path", "dead: {label: Đã chết, exit: ineligible,", "dead: {exit: ineligible,"),
    ("escalations", "{after: 24 hours, to: chair}", "{after: 24 hours, to: chairman}"),
    ("plan", "due: before 2025-05-20", "due: before 2025-07-20"),
    ("path", "next: {follow_up: 2 working days}", "next: {follow_up: 2 wroking days}"),
    ("figures", "figure: waiting, print: when_not_zero}", "figure: &w waiting, print: when_not_zero}"),
    ("plan", "done_when: figure('staff_open') == 0", "done_when: (figure('staff_open') == 0"),
)
EXPECTED = [
    # the finding, and the text that stands at its place
    ("pack.yaml:22:17: chờ một số nguyên, nhưng ở đây là 'ninety'", "ninety"),
    ("path.yaml:12:48: khóa 'done' viết hai lần (lần đầu ở dòng 12); giữ lại một lần", "done: true}"),
    ("path.yaml:14:7: thiếu 'label' cho 'dead': thêm khóa này", "dead: {exit"),
    ("path.yaml:15:93: Không hiểu “wroking” trong hạn “2 wroking days”. Có phải “working”?", "wroking days"),
    ("path.yaml:18:58: trạng thái 'activate' không có - có phải 'activated' không?", "activate, by"),
    (
        "plan.yaml:7:10: Hạn hết Thứ Bảy 19/7/2025 nằm ngoài đợt “Đợt thử”"
        " (từ ngày 10/5/2025 đến hết Thứ Bảy 31/5/2025).",
        "before 2025-07-20",
    ),
    ("plan.yaml:8:16: Dấu ‘(’ mở mà không đóng. - kiểm tra ngoặc", "(figure('staff_open')"),
    ("escalations.yaml:5:61: Không có dữ kiện ‘last_contcat’. - có phải là ‘last_contact’?", "last_contcat)"),
    ("escalations.yaml:9:31: chức danh 'chairman' không có - có phải 'chair' không?", "chairman}"),
    ("figures.yaml:18:67: không dùng neo '&w': bỏ neo, viết nội dung ở từng chỗ cần", "&w waiting"),
]


def refusal(files: dict[str, str]) -> tuple[PackFinding, ...]:
    with pytest.raises(PackRefused) as refused:
        load_files(files)
    return tuple(found for found in refused.value.findings if found.severity == "error")


def test_ten_mistakes_are_found_at_once_each_at_its_own_place() -> None:
    files = spoiled(*MISTAKES)

    found = refusal(files)

    assert [str(one) for one in found] == [message for message, _ in EXPECTED]
    for one, (_, text) in zip(found, EXPECTED, strict=True):
        assert one.where == f"{one.file}:{one.line}:{one.column}"
        assert files[one.file].split("\n")[one.line - 1][one.column - 1 :].startswith(text)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake[0])
def test_each_mistake_alone_is_one_finding(mistake: tuple[str, str, str]) -> None:
    (found,) = refusal(spoiled(mistake))

    assert found.message in {message.split(": ", 1)[1] for message, _ in EXPECTED}


def test_an_alias_and_an_open_bracket_of_yaml_do_not_hide_the_rest() -> None:
    files = spoiled(
        ("figures", '{total: "1", parts: ["2", "3", "4"]}', '{total: "1", parts: *w}'),
        ("path", "line: [registered, activated, submitted]", "line: [registered, activated, submitted"),
        ("path", "effects: [{request: dead}]", "effects: [{request: deed}]"),
    )

    assert [str(one) for one in refusal(files)] == [
        "path.yaml:6:11: ngoặc '[' mở ở đây mà không đóng: thêm ']' hoặc dấu phẩy còn thiếu",
        "path.yaml:29:70: trạng thái 'deed' không có - có phải 'dead' không?",
        "figures.yaml:20:25: không dùng bí danh '*w': viết lại nội dung ở đây",
    ]


def test_the_small_pack_itself_is_clean() -> None:
    pack = load_files(SMALL)

    assert pack.id == "small-2025"
