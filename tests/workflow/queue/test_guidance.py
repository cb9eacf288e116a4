"""Guidance names where somebody stands; a pack that guides whoever is finished, or stands nowhere, is refused."""

import pytest

from rules.pack import check_files
from tests.workflow.conftest import pack_called


@pytest.mark.parametrize(
    ("state", "check"), [("submitted", "guidance"), ("declined", "guidance"), ("nowhere", None), ("activated", "")]
)
def test_states_of_guidance_are_checked(state: str, check: str | None) -> None:
    files = dict(pack_called("cat-thanh-2025").files)
    files["path.yaml"] = files["path.yaml"].replace("states: [registered]", f"states: [{state}]", 1)

    found = [finding.check for finding in check_files(files) if finding.severity == "error"]

    assert len(found) == (0 if check == "" else 1)
    assert check in (None, "") or found == [check]
