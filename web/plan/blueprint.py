"""The group of the plan's pages, and the roles that may have a part in it."""

from flask import Blueprint

bp = Blueprint("plan", __name__, template_folder="templates")

SEES = (
    "plan_owner", "coordinator", "chair", "duty_leader", "team_leader", "member", "area_head", "administrator", "support_desk",
)  # fmt: skip
"""Which tasks they see there is for `workflow.access`."""
