"""The administrator's pages: people, posts, teams, areas, bodies."""

from web.admin import one_place, place_views
from web.admin.views import bp

__all__ = ["bp", "one_place", "place_views"]
