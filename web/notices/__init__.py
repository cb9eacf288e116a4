"""Digests, reading them, what somebody wants to be told, and in which way a unit tells."""

from web.notices import unit_views, views
from web.notices.blueprint import bp

__all__ = ["bp", "unit_views", "views"]
