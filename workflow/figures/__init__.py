"""Figures: one count of cases, everything else sums of it. Read-only; as known now, then, or at any ledger number."""

from workflow.figures.counts import CellCount, count_cases, replay_cases
from workflow.figures.replay import Cut
from workflow.figures.report import Report, report, report_of
from workflow.figures.targets import TargetStatus, target_statuses
from workflow.figures.text import report_text
from workflow.figures.values import Figures, Known, cut_of, read_figures
from workflow.numbers import integer_vi, percent_vi

__all__ = [
    "CellCount", "Cut", "Figures", "Known", "Report", "TargetStatus", "count_cases", "cut_of", "integer_vi", "percent_vi",
    "read_figures", "replay_cases", "report", "report_of", "report_text", "target_statuses",
]  # fmt: skip
