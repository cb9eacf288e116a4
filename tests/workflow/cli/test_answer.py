"""The telephone at a terminal: the system's number, the answer, what was said, a table of numbers, a slip taken back."""

from pathlib import Path

from tests.workflow.cli.conftest import Place

BY = {"by": "coordinator", "now": "2025-05-20 15:45"}
SOURCE = "Trang quản trị VNeID"


def test_the_telephone_rings(place: Place, tmp_path: Path) -> None:
    assert "Chưa có số nào của hệ thống." in place.run("counter", "list", **BY).stdout
    one = place.json("counter", "add", "1.002", "--source", SOURCE, "--key", "k1", **BY)
    assert place.json("counter", "add", "1.002", "--source", SOURCE, "--key", "k1", **BY) == one
    assert "lớn hơn cả danh sách (40 người)" in place.run("counter", "list", **BY).stdout
    place.run("counter", "withdraw", one["count"], "--reason", "gõ thừa số", **BY)
    table = tmp_path / "so.csv"
    table.write_text("Địa bàn;Số;Lúc\nKhu dân cư 1;0;\nKDC 2;1;15:30 20/5/2025\nKDC 7;3;\nTổng cộng;2;\n", "utf-8-sig")
    told = place.json("counter", "import", table, "--source", SOURCE, code=1, **BY)
    assert (told["rows"], told["created"], told["unchanged"], len(told["rejected"])) == (4, 3, 0, 1)
    assert told["rejected"][0]["row"] == 4
    again = place.run("counter", "import", table, "--source", SOURCE, code=1, **BY).stdout
    assert "4 dòng: 0 dòng mới, 3 dòng đã có, 1 dòng trả lại." in again

    answer = place.json("answer", **BY)
    assert (answer["n"], answer["base"], answer["system"]["system"], answer["system"]["unexplained"]) == (0, 40, 2, 2)
    said = place.json("answer", "--said-to", "UBND thành phố", "--by", "message", "--key", "s1", **BY)["noted"]
    assert place.json("answer", "--said-to", "UBND thành phố", "--by", "message", "--key", "s1", **BY)["noted"] == said
    text = place.run("answer", **BY).stdout
    assert "Số trên hệ thống lúc 15:45: 2 (Trang quản trị VNeID), chênh +2 so với sổ cùng lúc: chưa rõ +2." in text
    assert "15:45 đã báo 0 (Zalo, tin nhắn, UBND thành phố)" in text
    listed = place.json("counter", "list", **BY)["counts"]
    assert [row["withdrawn_because"] for row in listed if row["n"] == 1002] == ["gõ thừa số"]
    assert not [v for v in place.json("verify")["violations"] if v["severity"] == "error"]


def test_what_cannot_be_is_a_sentence(place: Place, tmp_path: Path) -> None:
    assert "không phải số người" in place.refused("counter", "add", "3.04", "--source", SOURCE, **BY)
    assert "đơn vị không có mã này" in place.refused("counter", "add", "3", "--area", "X9", "--source", SOURCE, **BY)
    assert "15:46" in place.refused("counter", "add", "3", "--as-of", "2025-05-20 15:46", "--source", SOURCE, **BY)
    assert "không có “so.csv”" in place.refused("counter", "import", tmp_path / "so.csv", "--source", SOURCE, **BY)
    assert "chọn một trong: phone" in place.refused("answer", "--said-to", "UBND", "--by", "fax", **BY)
    assert "--said-to" in place.refused("answer", "--key", "k", code=2, **BY)
    assert place.refused("counter", "add", "3", "--source", SOURCE, by="chair", now=BY["now"])
    assert "Không tìm thấy" in place.refused("answer", by="culture", now=BY["now"])


def test_nobody_waits_at_a_terminal(place: Place) -> None:
    count = place.json("counter", "add", "3", "--source", SOURCE, **BY)["count"]
    assert "không còn ai chờ hệ thống trừ" in place.refused("counter", "settle", count, **BY)
    assert "không còn đối soát ai" in place.refused("counter", "settle", count, "--undo", "bấm nhầm", **BY)
    assert place.refused("counter", "settle", count, by="chair", now=BY["now"])
    (listed,) = [one for one in place.json("counter", "list", **BY)["counts"] if one["id"] == count]
    assert (listed["is_settled"], listed["settled"]) == (False, 0)
