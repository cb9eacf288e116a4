"""A roster from file to ledger: checked and staged outside the write lock, applied in one transaction.

Every row ends as one of four: created, updated, unchanged, rejected; together they are the rows. The same bytes declared the same
way apply once: a second time changes nothing and says so.
"""

import hashlib
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import and_, delete, exists, func, insert, literal, select, update
from sqlalchemy.orm import Session

from rules.time import Instant, show
from workflow.clock import Clock
from workflow.errors import BadInput, NotFound
from workflow.escalation.climb import climb
from workflow.escalation.open import open_due
from workflow.gateway.enter import Entered, enter_rows, entering_instant
from workflow.gateway.kinds import CASE
from workflow.ids import IdSource
from workflow.ledger.book import Book, open_book
from workflow.queries.campaigns import CampaignContext
from workflow.roster import outcomes
from workflow.roster.change import move_house, raise_accounts, revise_people
from workflow.roster.declare import CheckedDeclaration, Declaration, check_declaration
from workflow.roster.findings import Doubt, Finding, Rejection
from workflow.roster.known import KnownRejection, account_falls, judge_known, of_known
from workflow.roster.places import Places
from workflow.roster.read import open_roster
from workflow.roster.reject import write_rejects
from workflow.roster.stage import Stager, stage_rows
from workflow.statements import upsert_seen
from workflow.store import Store
from workflow.tables import ListEntry, RosterFile, RosterRow, Subject, UnitHead, table_of
from workflow.vault import Vault
