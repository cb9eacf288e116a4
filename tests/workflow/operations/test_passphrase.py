"""Where the passphrase comes from when nobody types it."""

import pytest

from workflow.operations.errors import PassphraseMissing
from workflow.operations.passphrase import read_passphrase


def test_the_file_wins_over_the_environment_and_its_first_line_counts(tmp_path):
    file = tmp_path / "p"
    file.write_text("\ufeffcâu dài của phường\nghi chú\n", "utf-8")
    environment = {"TUNGNHA_BACKUP_PASSPHRASE": "từ môi trường"}

    assert read_passphrase(file, environment) == "câu dài của phường"
    assert read_passphrase(None, environment) == "từ môi trường"
    assert read_passphrase(None, {}) is None


@pytest.mark.parametrize("content", [None, b"", b"  \nx", b"\xff\xfe\xff"])
def test_a_file_that_cannot_be_used_is_a_sentence(tmp_path, content):
    file = tmp_path / "p"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(PassphraseMissing, match="Chưa có mật khẩu"):
        read_passphrase(file, {"TUNGNHA_BACKUP_PASSPHRASE": "không được dùng thay"})
