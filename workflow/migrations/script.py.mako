"""${message}."""
<%!
def tidy(body):
    """Our CREATE and DROP TABLE, and none of the drafting tool's own remarks."""
    for name in ("create_table(", "drop_table("):
        body = body.replace("op." + name, name)
    lines = (line for line in (body or "pass").splitlines() if not line.strip().startswith("# ###"))
    return "\n".join(lines).strip()
%>
import sqlalchemy as sa
from alembic import op
% for line in sorted((imports or "").splitlines()):
${line}
% endfor
% if "op.create_table(" in upgrades or "op.drop_table(" in upgrades:
from workflow.migrations.create import create_table, drop_table
% endif

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${tidy(upgrades)}


def downgrade() -> None:
    ${tidy(downgrades)}
