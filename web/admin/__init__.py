"""The administrator's pages: people, posts, teams, areas, bodies."""

from web.admin import place_views
from web.admin.views import bp

__all__ = ["bp", "place_views"]
