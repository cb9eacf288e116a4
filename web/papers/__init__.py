"""Official papers, their templates, and forms of superiors."""

from web.papers import form_views, letter_views, signed_views, template_views, urge_views, views
from web.papers.blueprint import bp

__all__ = ["bp", "form_views", "letter_views", "signed_views", "template_views", "urge_views", "views"]
