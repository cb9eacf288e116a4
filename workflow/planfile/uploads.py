"""Plans that were handed in and wait to be agreed to: the very file, for a day, for the one person who sent it.

A plan names no citizen, and what it comes to depends on the plan of the hour: so the file is kept and judged again, not its outcome.
Machines that share a database must share this folder too.
"""

import json
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from rules.time import Instant
from workflow.errors import NotFound
from workflow.planfile.read import PlanSheet, read_plan
from workflow.roster.uploads import Uploads


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that waits: its name as it was sent, and what was read."""

    id: uuid.UUID
    name: str
    sheet: PlanSheet


class PlanUploads:
    """The folder of one installation."""

    def __init__(self, folder: Path) -> None:
        self._uploads = Uploads(folder)
        self._folder = folder

    def receive(
        self, stream: IO[bytes], *, name: str, sheet: str | None, campaign_id: uuid.UUID, member_id: uuid.UUID
    ) -> uuid.UUID:
        """Keep a file that is a plan and return its number. Raises SheetRefused for one that is none; then nothing is kept."""
        with self._uploads.received(stream) as path:
            read_plan(path, file_name=name, sheet=sheet)
            key = uuid.uuid4()
            told = {"name": name[:200], "sheet": sheet, "campaign": campaign_id.hex, "member": member_id.hex}
            self._about(key).write_text(json.dumps(told), encoding="utf-8")
            path.rename(self._file(key))
        return key

    def kept(self, key: uuid.UUID, *, campaign_id: uuid.UUID, member_id: uuid.UUID) -> Kept:
        """Return a file that its sender left here for this campaign; NotFound for anybody else's, and for one that is gone."""
        try:
            told = json.loads(self._about(key).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise NotFound from None
        if (told["campaign"], told["member"]) != (campaign_id.hex, member_id.hex) or not self._file(key).exists():
            raise NotFound
        return Kept(key, told["name"], read_plan(self._file(key), sheet=told["sheet"]))

    def forget(self, key: uuid.UUID) -> None:
        """Delete a file once it is in force or given up."""
        self._file(key).unlink(missing_ok=True)
        self._about(key).unlink(missing_ok=True)

    def tidy(self, *, now: Instant) -> None:
        """Delete what nobody agreed to within a day. `now` is real time."""
        self._uploads.tidy(now=now)

    def _file(self, key: uuid.UUID) -> Path:
        return self._folder / f"{key.hex}.xlsx"

    def _about(self, key: uuid.UUID) -> Path:
        return self._folder / f"{key.hex}.about"
