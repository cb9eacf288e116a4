"""The blueprint of the inbox, and who finds it."""

from typing import Final

from flask import Blueprint

bp = Blueprint("escalations", __name__, template_folder="templates")
ROLES: Final = ("member", "team_leader", "duty_leader", "coordinator", "plan_owner", "chair")
