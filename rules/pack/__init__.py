"""Rule packs: read, check, compile.

`load_pack(folder)` gives a `Pack`, or raises `PackRefused` with every finding at its `file:line:column`.
"""

from rules.pack.build import hash_of, with_campaign
from rules.pack.draft import PackFinding, PackRefused
from rules.pack.load import check_files, check_folder, load_files, load_pack, shipped_packs
from rules.pack.model import PackModel
from rules.pack.pack import CampaignWindow, CompiledRule, MoveRules, Pack, TrackRules

__all__ = [
    "CampaignWindow",
    "CompiledRule",
    "MoveRules",
    "Pack",
    "PackFinding",
    "PackModel",
    "PackRefused",
    "TrackRules",
    "check_files",
    "check_folder",
    "hash_of",
    "load_files",
    "load_pack",
    "shipped_packs",
    "with_campaign",
]
