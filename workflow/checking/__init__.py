"""The check catalogue: reads the figures of any Vietnamese report or table and says what in it cannot be.

`check_file` takes a path or upload through the whole way: bytes → passages and tables (`read`) → entries, each with its number, base
and rate (`entries`, `outline`) → what the paper claims by its structure (`claims`) → findings with ranked repairs (`judge`,
`repairs`). It proposes; people decide. It knows no database and no campaign.
"""

from workflow.checking.check import Checked, check_document, check_file
from workflow.checking.read import Unreadable, read_document, read_pasted

__all__ = ["Checked", "Unreadable", "check_document", "check_file", "read_document", "read_pasted"]
