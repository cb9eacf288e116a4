"""Columns and constraints only; migrations stand beside them. Only queries, figures, access, actions and sweeps touch these."""

from workflow.tables import statistics as _statistics  # noqa: F401 - listens for new tables
from workflow.tables.ledger import Audit, Close, Command, Event, Rollup, Seal, UnitHead
from workflow.tables.local import Run, SignIn, Throttle
from workflow.tables.organisation import (
    Area,
    AreaAlias,
    Body,
    Membership,
    Post,
    PostHolding,
    Setting,
    Team,
    TeamArea,
)  # fmt: skip
from workflow.tables.paper import PrintedLine, PrintedList, StoredFile
from workflow.tables.people import ListEntry, RosterFile, RosterRow, Subject, SubjectMerge, SubjectVersion
from workflow.tables.plan import (
    DeclaredCount,
    Escalation,
    EscalationStep,
    ImportedAggregate,
    Staged,
    Task,
    TaskEvidence,
    TaskPredecessor,
)  # fmt: skip
from workflow.tables.quality import Revisit, RevisitDraw
from workflow.tables.reference import Account, CalendarDay, PackVersion, SignInCard, Unit, UnitAncestor, UnitSalt
from workflow.tables.types import NOBODY, Base, table_of
from workflow.tables.work import Assignment, Campaign, Case, Door, Request, UnnamedTotal, Visit, VisitOutcome

__all__ = [
    "NOBODY", "Account", "Area", "AreaAlias", "Assignment", "Audit", "Base", "Body", "CalendarDay", "Campaign", "Case", "Close",
    "Command", "DeclaredCount", "Door", "Escalation", "EscalationStep", "Event", "ImportedAggregate", "ListEntry", "Membership",
    "PackVersion", "Post", "PostHolding", "PrintedLine", "PrintedList", "Request", "Revisit", "RevisitDraw", "Rollup", "RosterFile", "RosterRow", "Run",
    "Seal", "Setting", "SignIn", "SignInCard", "Staged", "StoredFile", "Subject", "SubjectMerge", "SubjectVersion", "Task",
    "TaskEvidence", "TaskPredecessor", "Team", "TeamArea", "Throttle", "Unit", "UnitAncestor", "UnitHead", "UnitSalt",
    "UnnamedTotal", "Visit", "VisitOutcome", "table_of",
]  # fmt: skip
