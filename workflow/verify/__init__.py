"""The ledger proof: every invariant of the engine, checked against the tables as they are. Reads only."""

from workflow.verify.run import CHECKS, VerifyReport, verify
from workflow.verify.scope import PackLoader, StoredPacks

__all__ = ["CHECKS", "PackLoader", "StoredPacks", "VerifyReport", "verify"]
