"""One file a revision, named by its number. Alembic loads them; nothing imports them."""
