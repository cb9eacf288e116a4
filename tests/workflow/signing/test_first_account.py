"""Until somebody has a password, the code from the terminal sets the first administrator's."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import new_database
from tests.workflow.conftest import KINDS
from tests.workflow.signing.office import PASSWORD, Office
from workflow.errors import BadInput
from workflow.signing.first_account import FILE, administrators, first_visit_code, is_first_visit, use_first_code
from workflow.store import Store
from workflow.tables import Base


@pytest.fixture(params=KINDS)
def first(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """An office in a database of its own: nobody has a password in it."""
    store = Store(new_database(request.param, tmp_path, "first"))
    Base.metadata.create_all(store.writer)
    yield Office(store)
    store.dispose()


def use(office: Office, folder: Path, code: str, *, name: str = "admin", password: str = PASSWORD) -> None:
    """Use the code."""
    use_first_code(
        office.store, folder, code, login=office.login(name), password=password, now=office.now, ids=office.ids
    )


def test_the_code_sets_the_administrators_password_once(first: Office, tmp_path: Path) -> None:
    code = first_visit_code(tmp_path)
    with first.store.read() as session:
        assert is_first_visit(session)
        known = administrators(session, now=first.now)
    assert [one.login for one in known] == [first.login("admin"), first.login("second")]
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert code.replace("-", "") not in (tmp_path / FILE).read_text()

    use(first, tmp_path, code.lower())

    assert first.sign_in("admin").kind == "welcome"
    assert not first.row("admin").must_change_password
    assert not (tmp_path / FILE).exists()
    with first.store.read() as session:
        assert not is_first_visit(session)
    first_visit_code(tmp_path)
    with pytest.raises(BadInput, match="đã có người đặt mật khẩu"):
        use(first, tmp_path, code, name="second")
    assert first.row("second").password_hash is None


def test_what_is_refused_leaves_the_code_good(first: Office, tmp_path: Path) -> None:
    old = first_visit_code(tmp_path)
    code = first_visit_code(tmp_path)

    for wrong in ({"code": old}, {"code": ""}, {"name": "member"}, {"password": "ngắn"}):
        with pytest.raises(BadInput):
            use(first, tmp_path, **({"code": code} | wrong))
    assert first.row("member").password_hash is None

    use(first, tmp_path, code)


def test_guessing_has_to_wait_and_no_file_is_no_code(first: Office, tmp_path: Path) -> None:
    for _ in range(5):
        with pytest.raises(BadInput, match="không đúng"):
            use(first, tmp_path, "AAAA-BBBB-CCCC")

    with pytest.raises(BadInput, match="thử lại sau 1 phút"):
        use(first, tmp_path, first_visit_code(tmp_path))
