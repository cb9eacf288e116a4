"""The page of goals: each under every base, with its pace and when that pace would reach it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.days import local_day
from workflow.figures.history import Forecast, days_of, forecast, is_ours, span_of
from workflow.figures.standings import Judged, judged_targets
from workflow.figures.values import Figures, Known, read_figures
from workflow.queries.campaigns import CampaignContext


@dataclass(frozen=True, slots=True)
class Goal:
    """A target with its forecast; None for what has no history here (offices declare it, or nobody counts it)."""

    judged: Judged
    forecast: Forecast | None


def target_board(
    session: Session, context: CampaignContext, *, as_of: Instant, known: Known = "now"
) -> tuple[Figures, tuple[Goal, ...]]:
    """Return the figures of the unit at an instant, and every goal of the pack."""
    figures = read_figures(session, context, context.pack, as_of=as_of, known=known)
    days = days_of(session, figures, basis="r" if known == "then" else "h")
    first, _ = span_of(context.pack, context.starts_at, context.ends_at)

    def expected(judged: Judged) -> Forecast | None:
        status, watched = judged.status, judged.target.monitor or judged.target.count
        if status.needed is None or not is_ours(context.pack, watched):
            return None
        return forecast(
            days.of(watched), needed=status.needed, highest=status.highest, is_reachable=status.is_reachable,
            today=local_day(as_of), first=first, last=local_day((status.due_at or context.ends_at) - 1),
        )  # fmt: skip

    return figures, tuple(Goal(judged, expected(judged)) for judged in judged_targets(figures))


__all__ = ["Goal", "target_board"]
