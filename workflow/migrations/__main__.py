"""`python -m workflow.migrations`: bring the configured database to the newest revision and say where it stands."""

import sys

from workflow.migrations import migrate
from workflow.settings import Settings


def main() -> int:
    """Upgrade the database that the settings name."""
    url = Settings.read().database_url
    before = migrate.revision_of(url)
    migrate.upgrade(url)
    sys.stdout.write(f"Cơ sở dữ liệu: bản {before or 'trống'} → {migrate.revision_of(url)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
