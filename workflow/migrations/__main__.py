"""`python -m workflow.migrations`: bring the configured database to the newest revision and say where it stands."""

import sys

from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from workflow.migrations import migrate
from workflow.settings import Settings


def main() -> int:
    """Upgrade the database that the settings name. Returns 0, or 1 with a sentence if that cannot be done."""
    url = Settings.read().database_url
    try:
        before = migrate.revision_of(url)
        migrate.upgrade(url)
    except CommandError:
        sys.stderr.write("Cơ sở dữ liệu thuộc một bản phát hành mới hơn. Hãy cài bản đó; chưa có gì bị thay đổi.\n")
        return 1
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).splitlines()[0]
        sys.stderr.write(
            f"Không nâng cấp được cơ sở dữ liệu ({cause}). Kiểm tra địa chỉ và quyền; chưa có gì bị thay đổi.\n"
        )
        return 1
    sys.stdout.write(f"Cơ sở dữ liệu: bản {before or 'trống'} → {migrate.head()}.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
