"""What a victim does: real commands, ticks and imports on a real store, each acknowledged only after it returned.

Every piece of work brings its own instant and its own seed for ids. Done twice in two databases it writes the same bytes, so that a
database in which processes were killed can be compared, row by row, with one in which nothing happened.
"""

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from workflow.actions.command import Sender, run_command
from workflow.actions.import_roster import import_roster
from workflow.actions.record_visit import Finding, VisitReport, record_visit
from workflow.actions.void_event import void_event
from workflow.clock import FixedClock
from workflow.ids import IdSource
from workflow.queries.campaigns import CampaignContext, campaign_by_id
from workflow.roster.apply import Tools
from workflow.roster.declare import Declaration
from workflow.store import Store
from workflow.sweeps.tick import tick
from workflow.vault import Vault
