"""The screen groups, one blueprint each: the list is the application."""

from flask import Blueprint

from web.above.views import bp as above
from web.absence.views import bp as absence
from web.admin import bp as admin
from web.answer.views import bp as answer
from web.api.views import bp as api
from web.area.views import bp as area
from web.audit.views import bp as audit
from web.cards.views import bp as cards
from web.chair.views import bp as chair
from web.check.views import bp as check
from web.close.views import bp as close
from web.counter.views import bp as counter
from web.dashboard.views import bp as dashboard
from web.demo.views import bp as demo
from web.desk.views import bp as desk
from web.door.views import bp as door
from web.escalations.views import bp as escalations
from web.exits.views import bp as exits
from web.home.views import bp as home
from web.me.views import bp as me
from web.notices import bp as notices
from web.overview.views import bp as overview
from web.paper.views import bp as paper
from web.papers import bp as papers
from web.plan import bp as plan
from web.quality.views import bp as quality
from web.queue.views import bp as queue
from web.report.views import bp as report
from web.roster.views import bp as roster
from web.shift.views import bp as shift
from web.sign_in.views import bp as sign_in
from web.targets.views import bp as targets
from web.team.views import bp as team

BLUEPRINTS: tuple[Blueprint, ...] = (
    home,
    sign_in,
    me,
    notices,
    demo,
    cards,
    admin,
    queue,
    door,
    paper,
    desk,
    area,
    plan,
    overview,
    dashboard,
    close,
    roster,
    report,
    targets,
    papers,
    answer,
    counter,
    check,
    escalations,
    chair,
    audit,
    team,
    exits,
    quality,
    above,
    absence,
    shift,
    api,
)
