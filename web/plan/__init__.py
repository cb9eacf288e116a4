"""The plan on screen: the board, one task, its evidence, reports of teams, what offices declare about their staff."""

from web.plan import ahead, comments, evidence, forwarding, rebase, staff, views, workbook
from web.plan.blueprint import bp

__all__ = ["ahead", "bp", "comments", "evidence", "forwarding", "rebase", "staff", "views", "workbook"]
