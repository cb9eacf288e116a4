"""Column types as revisions write them. Frozen: a revision already in use must go on meaning what it meant."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

ID = sa.LargeBinary(16).with_variant(sa.Uuid(), "postgresql")
"""A UUID: 16 raw bytes on SQLite, the native type on PostgreSQL."""

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
"""A document: text on SQLite, JSONB on PostgreSQL."""
