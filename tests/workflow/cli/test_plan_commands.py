"""The plan as a spreadsheet at a terminal, and a pack on other days."""

from pathlib import Path

from rules.pack import load_pack
from tests.workflow.cli.conftest import Place, call
from tests.workflow.planfile.sheets import plan_file

NOW = "2025-05-20 09:00"
ROWS = [
    [1, "Phát tờ rơi", "Công chức Văn hóa – xã hội", "", "trước ngày 25/5"],
    [2, "Họp", "Ai đó", "", "thường xuyên"],
]


def test_a_plan_is_looked_at_then_written_and_comes_back_unchanged(place: Place, tmp_path: Path) -> None:
    file, out = plan_file(tmp_path / "kh.xlsx", ROWS), tmp_path / "ra.xlsx"

    looked = place.run("plan", "import", file, "--check", by="coordinator", now=NOW, code=1).stdout
    assert "2 dòng = 1 mới + 0 thay đổi + 0 không đổi + 1 bị trả lại. Chưa ghi gì." in looked
    assert "trước ngày 25/5 (hết Thứ Bảy 24/5)" in looked
    assert "E3: “thường xuyên” không tính được hạn. Ghi một hạn cụ thể" in looked

    written = place.json("plan", "import", file, by="coordinator", now=NOW, code=1)
    assert (written["created"], written["rejected"], written["tasks_opened"]) == (1, 1, 1)
    again = place.json("plan", "import", file, by="coordinator", now=NOW, code=1)
    assert (again["created"], again["unchanged"], again["rejected"]) == (0, 1, 1)

    assert "10 việc" in place.run("plan", "export", out, now=NOW).stdout
    back = place.json("plan", "import", out, by="coordinator", now=NOW)
    assert (back["unchanged"], back["created"], back["updated"], back["rejected"]) == (10, 0, 0, 0)
    place.run("verify")


def test_what_is_to_be_looked_at_is_said_and_counted(place: Place, tmp_path: Path) -> None:
    file = plan_file(tmp_path / "kh.xlsx", [[1, "Treo băng rôn", "Công chức Văn hóa – xã hội", "", "trước ngày 14/5"]])

    looked = place.run("plan", "import", file, "--check", by="coordinator", now=NOW)

    assert "  cần xem: hạn đã qua (hết Thứ Ba 13/5/2025), nên việc quá hạn ngay khi được ghi." in looked.stdout
    assert "0 bị trả lại. 1 dòng cần xem. Chưa ghi gì." in looked.stdout
    assert "việc của kế hoạch không có trong tệp, giữ nguyên: “" in looked.stderr


def test_the_readme_shows_what_the_command_prints(place: Place, tmp_path: Path) -> None:
    rows = [
        [1, "Treo băng rôn", "Công chức Văn hóa – xã hội", "", "trước ngày 25/5"],
        [2, "Họp", "Công chức Văn hóa – xã hội", "", "thường xuyên"],
    ]
    file = plan_file(tmp_path / "ke-hoach.xlsx", rows, above=("KẾ HOẠCH", "", ""))
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    shown = readme.partition("plan import ke-hoach.xlsx --check\n")[2].partition("$ ")[0]

    printed = place.run("plan", "import", file, "--check", by="coordinator", now="2025-05-29 22:00", code=1).stdout

    assert printed == shown


def test_templates_are_written_and_read(place: Place, tmp_path: Path) -> None:
    empty, like = tmp_path / "mau.xlsx", tmp_path / "theo-mau.xlsx"
    place.run("plan", "template", empty)
    made = place.run("plan", "template", like, "--from", "cat-thanh-2025")

    assert "không có việc nào" in place.refused("plan", "import", empty, "--check", by="coordinator", now=NOW)
    told = place.json("plan", "import", like, "--check", by="coordinator", now=NOW, code=1)
    assert len(told["rows"]) == 32
    assert told["created"] > 0
    lacking = {row["row"] for row in told["rows"] for each in row["rejections"] if each["cell"].startswith("C")}
    assert lacking
    assert lacking == {int(line.split(":")[0].removeprefix("dòng ")) for line in made.stdout.splitlines() if "Ghi đơn vị chủ trì (mẫu: " in line}  # fmt: skip
    assert f"{len(lacking)} dòng còn phải sửa" in made.stderr
    assert "đuôi .xlsx" in place.refused("plan", "template", tmp_path / "mau.docx")


def test_a_refused_template_leaves_the_folder_as_it_was(place: Place, tmp_path: Path) -> None:
    none, kept = tmp_path / "mau.xlsx", tmp_path / "da-sua.xlsx"
    kept.write_bytes(b"sua do dang")

    for file in (none, kept):
        assert "không phải là thư mục" in place.refused("plan", "template", file, "--from", "khong-co")
    assert "không ghi được" in place.refused("plan", "template", tmp_path / "khong-co" / "mau.xlsx").lower()

    assert not none.exists()
    assert kept.read_bytes() == b"sua do dang"


def test_a_pack_is_moved_to_other_days_and_passes_its_check(tmp_path: Path) -> None:
    out = tmp_path / "cat-thanh-2026"
    told = call("pack", "rebase", "cat-thanh-2025", "--id", "cat-thanh-2026", "--first", "2026-05-13", "--out", out)

    assert told.exit_code == 0
    assert (
        "đến hết ngày 30/5/2025 → đến hết ngày 30/5/2026  CẦN XEM: rơi vào ngày nghỉ (Thứ Bảy 30/5/2026)" in told.stdout
    )
    assert load_pack(out).id == "cat-thanh-2026"
    anchored = call("pack", "rebase", "cat-thanh-2025", "--id", "moi", "--anchor", "collect_from=2026-05-15", "--out", tmp_path / "m", "--json")  # fmt: skip
    assert '"days": 365' in anchored.stdout
    assert call("pack", "rebase", "cat-thanh-2025", "--id", "moi", "--out", tmp_path / "x").exit_code == 2
    assert call("pack", "rebase", "cat-thanh-2025", "--id", "moi", "--first", "2026-05-13", "--out", out).exit_code == 1
