"""The hand-written limit of pages: raw SQL and a bare Flask with Jinja, showing the very words that our pages show.

No gate, no languages, no forms of a library, no statement put together while somebody waits, no check that a pack might be another one:
what somebody would write who knew this one campaign and these four pages. `bench.pages` holds the words of both sides against each
other before it measures.
"""

from bench.by_hand.pages.site import hand_site

__all__ = ["hand_site"]
