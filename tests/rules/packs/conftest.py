"""The shipped packs and the household pack, loaded once."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from rules.pack import Pack, load_pack, shipped_packs

HOUSEHOLD_PACK = Path(__file__).parents[2] / "packs" / "phan-loai-rac-2026"


def folders() -> Mapping[str, Path]:
    """Return every pack there is, by name."""
    return {**shipped_packs(), HOUSEHOLD_PACK.name: HOUSEHOLD_PACK}


@pytest.fixture(scope="session")
def an_lac() -> Pack:
    """The ward's campaign."""
    return load_pack(shipped_packs()["an-lac-2025"])


@pytest.fixture(scope="session")
def cat_thanh() -> Pack:
    """The town's campaign."""
    return load_pack(shipped_packs()["cat-thanh-2025"])


@pytest.fixture(scope="session")
def sorting() -> Pack:
    """The household pack."""
    return load_pack(HOUSEHOLD_PACK)


@pytest.fixture(params=sorted(folders()), scope="session")
def pack(request: pytest.FixtureRequest) -> Pack:
    """Every pack in turn."""
    return load_pack(folders()[request.param])
