"""Posts of a unit: one for each post of its campaigns' packs, at the unit or at each team, area or body, vacant until given."""

from typing import Any

from sqlalchemy import insert, select

from workflow.ids import id_of
from workflow.ledger.book import Book
from workflow.queries.campaigns import campaigns_of
from workflow.tables import Area, Base, Body, Post, Team, table_of

_posts = table_of(Post)
_PLACES: dict[str, tuple[type[Base], str]] = {
    "team": (Team, "team_id"),
    "area": (Area, "area_id"),
    "body": (Body, "body_id"),
}


def open_posts(book: Book) -> int:
    """Make the posts that are not there yet, vacant; return how many. Ladders and owners name posts, so every open place has its own."""
    known = {(code, scope) for code, scope in book.session.execute(select(_posts.c.code, _posts.c.scope).where(_posts.c.unit_id == book.unit_id))}  # fmt: skip
    made: dict[tuple[str, str], dict[str, Any]] = {}
    for context in campaigns_of(book.session, book.unit_id):
        for post in context.pack.posts.values():
            for scope, place in _scopes(book, post.per):
                if (post.id, scope) not in known:
                    made.setdefault((post.id, scope), _row(book, post, scope, place))
    if made:
        book.session.execute(insert(_posts), list(made.values()))
    return len(made)


def _row(book: Book, post: Any, scope: str, place: dict[str, Any]) -> dict[str, Any]:
    return {
        "unit_id": book.unit_id,
        "id": id_of(book.unit_id, "post", post.id, scope),
        "code": post.id,
        "role": post.role,
        "label": post.label.vi,
        "scope": scope,
        "team_id": None,
        "area_id": None,
        "body_id": None,
        **place,
    }


def _scopes(book: Book, per: str) -> list[tuple[str, dict[str, Any]]]:
    """Return what a post may belong to: the code of each place, and the column that names it."""
    if per not in _PLACES:
        return [("unit", {})]
    model, column = _PLACES[per]
    table = table_of(model)
    rows = book.session.execute(
        select(table.c.code, table.c.id).where(table.c.unit_id == book.unit_id, table.c.valid_to.is_(None))
    )
    return [(row.code, {column: row.id}) for row in rows]
