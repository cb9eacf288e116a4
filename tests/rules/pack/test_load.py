"""Loading from folders and from stored texts: what is said about files that are not there or not readable."""

from pathlib import Path

import pytest

from rules.pack import PackRefused, check_files, check_folder, load_files, load_pack, shipped_packs
from tests.rules.pack.samples import SMALL, spoiled


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_folder_and_its_texts_are_the_same_pack(tmp_path: Path) -> None:
    from_folder, from_texts = load_pack(write(tmp_path, dict(SMALL))), load_files(SMALL)

    assert from_folder.hash == from_texts.hash
    assert from_folder.files == from_texts.files


def test_the_hash_sees_every_letter_and_no_line_end(tmp_path: Path) -> None:
    pack = load_files(SMALL)

    assert load_files(spoiled(("pack", "name: Phường Thử", "name: Phường Thứ"))).hash != pack.hash
    assert load_files({name: text.replace("\n", "\r\n") for name, text in SMALL.items()}).hash == pack.hash
    assert load_files(dict(pack.files)).hash == pack.hash
    assert len(pack.hash) == 64


def test_only_three_files_must_be_there() -> None:
    few = {name: SMALL[name] for name in ("pack.yaml", "path.yaml")}
    figures = SMALL["figures.yaml"]

    assert load_files({**few, "figures.yaml": figures}).rules == ()
    assert [str(one) for one in check_files(few)] == [
        "figures.yaml:1:1: thiếu tệp 'figures.yaml': mỗi gói phải có pack.yaml, path.yaml, figures.yaml"
    ]


def test_a_file_with_a_strange_name_is_said() -> None:
    found = [str(one) for one in check_files({**SMALL, "plans.yaml": "tasks: []"})]

    assert found == ["plans.yaml:1:1: tệp lạ 'plans.yaml' - có phải 'plan.yaml' không?"]


def test_an_empty_folder_and_a_missing_one_are_sentences(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(PackRefused, match="không có gói quy tắc nào"):
            load_pack(folder)


def test_a_file_that_is_no_text_is_said_and_the_rest_is_checked(tmp_path: Path) -> None:
    write(tmp_path, spoiled(("plan", "via: clerk", "via: clrk")))
    (tmp_path / "examples.yaml").write_bytes("say: Tổ".encode("cp1258", "replace") + b"\xff\xfe")

    found = [one.check for one in check_folder(tmp_path) if one.severity == "error"]

    assert found == ["unknown-name", "not-utf8"]


def test_a_huge_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    write(tmp_path, dict(SMALL))
    with (tmp_path / "plan.yaml").open("wb") as stream:
        stream.truncate(10_000_000_000)  # sparse: takes no room

    found = check_folder(tmp_path)

    assert [one.check for one in found if one.severity == "error"] == ["yaml-size"]


def test_a_letter_cut_in_two_by_the_limit_is_still_a_file_that_is_too_long(tmp_path: Path) -> None:
    write(tmp_path, {**SMALL, "plan.yaml": "# " + "ế" * 100_000})

    assert [one.check for one in check_folder(tmp_path) if one.severity == "error"] == ["yaml-size"]


def test_findings_come_in_the_order_of_the_files() -> None:
    found = check_files(
        spoiled(
            ("figures", "base: listed", "base: x"), ("pack", "body: office", "body: x"), ("path", "code: V", "code: K")
        )
    )

    assert [one.file for one in found] == ["pack.yaml", "path.yaml", "figures.yaml"]


def test_nothing_is_loaded_when_there_is_one_error() -> None:
    with pytest.raises(PackRefused) as refused:
        load_files(spoiled(("path", "{move: submit}", "{move: sumbit}")))

    assert len(refused.value.findings) == 1
    assert str(refused.value) == "path.yaml:28:82: bước 'sumbit' không có - có phải 'submit' không?"


@pytest.mark.parametrize("folder", shipped_packs().values(), ids=shipped_packs().keys())
def test_a_shipped_pack_is_clean(folder: Path) -> None:
    assert [str(one) for one in check_folder(folder) if one.severity != "info"] == []
    assert load_pack(folder).main_track.line
