"""Columns and constraints only; migrations stand beside them. Only queries, figures, access, actions and sweeps touch these."""

from workflow.tables import statistics as _statistics  # noqa: F401 - listens for new tables
from workflow.tables.ledger import (
    Audit,
    Close,
    CloseReopening,
    Command,
    Event,
    PhonedCount,
    Rollup,
    Seal,
    UnitHead,
)  # fmt: skip
from workflow.tables.local import Run, SignIn, Throttle
from workflow.tables.notices import Notice, NoticeRead, NoticeSetting, NoticeWish
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
from workflow.tables.papers import Paper, PaperTemplate, SuperiorForm, UrgeLetter
from workflow.tables.people import ListEntry, RosterFile, RosterRow, Subject, SubjectMerge, SubjectVersion
from workflow.tables.plan import (
    DeclaredCount,
    Escalation,
    EscalationRest,
    EscalationStep,
    ImportedAggregate,
    Staged,
    Task,
    TaskEvidence,
    TaskPredecessor,
)  # fmt: skip
from workflow.tables.quality import Revisit, RevisitDraw
from workflow.tables.reference import Account, CalendarDay, PackVersion, SignInCard, Unit, UnitAncestor, UnitSalt
from workflow.tables.told import SaidFigure, SystemCount
from workflow.tables.types import NOBODY, Base, table_of
from workflow.tables.work import (
    Assignment,
    Campaign,
    Case,
    Door,
    Request,
    ShiftHandover,
    UnnamedTotal,
    Visit,
    VisitOutcome,
)

__all__ = [
    "NOBODY", "Account", "Area", "AreaAlias", "Assignment", "Audit", "Base", "Body", "CalendarDay", "Campaign", "Case", "Close",
    "CloseReopening", "Command", "DeclaredCount", "Door", "Escalation", "EscalationRest", "EscalationStep", "Event", "ImportedAggregate", "ListEntry", "Membership", "Notice", "NoticeRead", "NoticeSetting", "NoticeWish",
    "PackVersion", "Paper", "PaperTemplate", "PhonedCount", "Post", "PostHolding", "PrintedLine", "PrintedList", "Request", "Revisit", "RevisitDraw", "Rollup", "RosterFile", "RosterRow", "Run",
    "SaidFigure", "Seal", "Setting", "ShiftHandover", "SignIn", "SignInCard", "Staged", "StoredFile", "Subject", "SubjectMerge", "SubjectVersion",
    "SuperiorForm", "SystemCount", "Task", "TaskEvidence", "TaskPredecessor", "Team", "TeamArea", "Throttle", "Unit", "UnitAncestor",
    "UnitHead", "UnitSalt", "UnnamedTotal", "UrgeLetter", "Visit", "VisitOutcome", "table_of",
]  # fmt: skip
