"""Everything in a pack that has a name, gathered once for the checks."""

from functools import cached_property

from rules.pack.draft import Draft
from rules.pack.lint.names import Names, table
from rules.pack.model import PackModel, Track
from rules.pack.relay import forwarding_id
from rules.pack.vocabulary import Vocabulary, symbols_of


class Known:
    """The names of a draft, and its words for expressions."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.model: PackModel = draft.model
        self._symbols: dict[str | None, dict[str, list[str]]] = {}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What expressions may say."""
        return Vocabulary(self.model.pack)

    def symbols(self, track: str | None) -> dict[str, list[str]]:
        """Return the closed sets an expression is checked against; a set with an unreadable entry refuses nothing."""
        if track not in self._symbols:
            self._symbols[track] = self._symbols_of(track)
        return self._symbols[track]

    def _symbols_of(self, track: str | None) -> dict[str, list[str]]:
        sets = {"figure": list(self.figures.known)} if self.figures.is_complete else {}
        if track is None:
            return sets
        unsure = {"state": "states", "stage": "line"}
        for fact, values in symbols_of(self.model.path.tracks[track]).items():
            if fact not in unsure or self.draft.is_known("path", ("tracks", track, unsure[fact])):
                sets[fact] = list(values)
        return sets

    @cached_property
    def tracks(self) -> Names:
        """Tracks."""
        return table(self.draft, "tuyến", "path", ("tracks",), self.model.path.tracks)

    @cached_property
    def main(self) -> str:
        """The main track; the first one if none says that it is."""
        tracks = self.model.path.tracks
        return next((name for name, track in tracks.items() if track.main), next(iter(tracks)))

    def track(self, name: str | None) -> tuple[str, Track] | None:
        """Return the named track, the main one for None, nothing for a name that is not known."""
        wanted = name or self.main
        found = self.model.path.tracks.get(wanted)
        return (wanted, found) if found else None

    def states(self, track: str) -> Names:
        """States of a track."""
        path = ("tracks", track, "states")
        return table(self.draft, "trạng thái", "path", path, self.model.path.tracks[track].states)

    def moves(self, track: str) -> Names:
        """Moves of a track."""
        path = ("tracks", track, "moves")
        return table(self.draft, "bước", "path", path, self.model.path.tracks[track].moves)

    @cached_property
    def posts(self) -> Names:
        """Posts."""
        return table(self.draft, "chức danh", "pack", ("posts",), [post.id for post in self.model.pack.posts])

    @cached_property
    def bodies(self) -> Names:
        """Bodies."""
        return table(self.draft, "cơ quan", "pack", ("bodies",), [body.id for body in self.model.pack.bodies])

    @cached_property
    def windows(self) -> Names:
        """Windows."""
        return table(self.draft, "giai đoạn", "pack", ("windows",), self.model.pack.windows)

    @cached_property
    def tasks(self) -> Names:
        """Tasks of the plan."""
        return table(self.draft, "nhiệm vụ", "plan", ("tasks",), [task.id for task in self.model.plan.tasks])

    @cached_property
    def duties(self) -> Names:
        """Duties of the plan, and those that forward what is relayed."""
        duties = self.model.plan.duties
        names = [duty.id for duty in duties] + [forwarding_id(duty.id) for duty in duties if duty.relay is not None]
        return table(self.draft, "việc định kỳ", "plan", ("duties",), names)

    @cached_property
    def figures(self) -> Names:
        """Figures."""
        return table(
            self.draft, "số liệu", "figures", ("figures",), [figure.id for figure in self.model.figures.figures]
        )

    @cached_property
    def policies(self) -> Names:
        """Policies."""
        return table(
            self.draft, "mẫu số", "figures", ("policies",), [policy.id for policy in self.model.figures.policies]
        )

    @cached_property
    def lines(self) -> Names:
        """Codes of report lines."""
        return table(
            self.draft, "dòng báo cáo", "figures", ("lines",), [line.code for line in self.model.figures.lines]
        )
