"""A pack of 300 rules: those of `bench/pack`, rules about a longer and longer silence that are not due yet, and one about tasks."""

import shutil
from pathlib import Path
from typing import Final

LATER: Final = tuple(range(500, 797))
"""Hours of silence of the further rules: with the two of the pack and the one about tasks they are 300."""
_RULE = """
  - id: silent-{hours}
    label: {{vi: "Quá {hours} giờ chưa ai đến", en: "Nobody came for {hours} hours"}}
    track: path
    when: state in ['registered', 'activated'] and now - later(entered_at, last_contact) >= hours({hours})
    anchor: later(entered_at, last_contact)
    group: area
    ladder:
      - {{to: team_leader}}
      - {{after: 24 hours, to: chair}}
    source: "mục 3"
"""
_TASK_RULE = """
  - id: task-late
    label: {vi: "Nhiệm vụ quá hạn", en: "Task late"}
    on: task
    when: not is_duty and task_state in ['planned', 'assigned'] and now >= due_at
    anchor: due_at
    group: owner
    ladder:
      - {to: chair}
      - {after: 24 hours, to: chair}
    source: "mục 4"
"""


def pack_of_many_rules(pack: Path, folder: Path) -> Path:
    """Copy a pack into `folder`, with the further rules, and return where it is."""
    many = folder / "many"
    shutil.copytree(pack, many)
    with (many / "escalations.yaml").open("a", encoding="utf-8") as file:
        file.writelines(_RULE.format(hours=hours) for hours in LATER)
        file.write(_TASK_RULE)
    return many
