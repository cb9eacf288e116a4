"""The ledger: numbering, roll-ups, replay. Every write of the engine goes through a `Book`."""

from workflow.ledger.book import Book, Cell, open_book

__all__ = ["Book", "Cell", "open_book"]
