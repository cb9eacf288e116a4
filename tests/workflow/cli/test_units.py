"""A superior's units at a terminal: what is missing counts as something to look at; others are told nothing."""

from pathlib import Path

from python_calamine import CalamineWorkbook
from sqlalchemy import insert, select

from rules.time import at
from tests.workflow.cli.conftest import Place
from tests.workflow.documents.closes import an_lac
from tests.workflow.documents.world_of_papers import keep_by_hand
from workflow.ids import IdSource, id_of
from workflow.ledger.book import open_book
from workflow.queries.campaigns import all_units, campaigns_of
from workflow.tables import Account, Membership, Post, PostHolding

NOW = "2025-05-29 23:00"


def put_a_superior_above(place: Place, *, closed: bool) -> None:
    """Let somebody called `above` stand above the unit; and keep a close of it, if wanted."""
    store = place.store()
    with store.write() as session:
        (unit,) = all_units(session)
        if session.scalar(select(Account.id).where(Account.login == "above")) is None:
            account, member, post = id_of("account"), id_of("member"), id_of("post")
            rows = {
                Account: {"id": account, "login": "above", "name": "Mai Văn Cấp", "locale": "vi", "created_at": 0, "version": 1},
                Membership: {
                    "unit_id": unit.id, "id": member, "account_id": account, "name": "Mai Văn Cấp", "name_sort": "cap",
                    "from_at": 0, "version": 1,
                },
                Post: {"unit_id": unit.id, "id": post, "code": "above", "role": "superior", "label": "Cấp trên", "scope": "unit"},
                PostHolding: {"unit_id": unit.id, "id": id_of("holding"), "post_id": post, "membership_id": member, "from_at": 0},
            }  # fmt: skip
            for model, row in rows.items():
                session.execute(insert(model), row)
        if closed:
            (context,) = campaigns_of(session, unit.id)
            book = open_book(session, unit.id, at(NOW), ids=IdSource(5))
            keep_by_hand(book, context, (unit.code, unit.name), as_of="2025-05-29 22:00", figures=an_lac()[0])
            book.close()
    store.dispose()


def test_units_side_by_side(place: Place, tmp_path: Path) -> None:
    put_a_superior_above(place, closed=False)
    place.refused("units", by="coordinator", now=NOW)
    assert "chưa nhận" in place.run("units", by="above", now=NOW, code=1).stdout
    put_a_superior_above(place, closed=True)

    told = place.json("units", "-o", tmp_path / "a.xlsx", by="above", now=NOW)

    assert (told["total"], [unit["closed"] for unit in told["units"]]) == (4546, [True])
    assert [line["count"] for line in told["lines"] if line["code"] == "2"] == [3975]
    assert "3.975" in place.run("units", by="above", now=NOW).stdout
    assert CalamineWorkbook.from_path(tmp_path / "a.xlsx").sheet_names == ["Tổng hợp"]
    assert "Traceback" not in place.refused("units", "--period", "2020-01-01", by="above", now=NOW)
