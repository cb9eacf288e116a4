"""Checks of the tracks: every name, every state reachable, every exit with a way in and out."""

from rules.pack.build import KEYWORDS, sources_of
from rules.pack.draft import Draft
from rules.pack.lint.deadlines import FOLLOW_UP, check_deadline
from rules.pack.lint.known import Known
from rules.pack.lint.names import Names
from rules.pack.model import State, Track
from rules.pack.yaml_nodes import Path

SOON = ("remediable", "pending")
"""Exits that somebody still has to act on."""


def check_tracks(draft: Draft, known: Known) -> None:
    """Check every track, and that one of them is the main one."""
    _check_main(draft)
    for name, track in draft.model.path.tracks.items():
        path: Path = ("tracks", name)
        _check_line(draft, known, name, track, path)
        for state_name, state in track.states.items():
            _check_state(draft, known, name, track, state_name, state)
        readable = all(draft.is_known("path", (*path, key)) for key in ("line", "states", "moves"))
        if _check_moves(draft, known, name, track) and readable:
            _check_graph(draft, track, path)
    _check_guidance(draft, known)


def _check_guidance(draft: Draft, known: Known) -> None:
    """Guidance names states of the main track, and none in which contact has ended: nothing may be done there any more."""
    main = next(((name, track) for name, track in draft.model.path.tracks.items() if track.main), None)
    if main is None:
        return
    name, track = main
    for number, guidance in enumerate(draft.model.path.guidance):
        for place, state in enumerate(guidance.states or ()):
            path: Path = ("guidance", number, "states", place)
            if not known.states(name).check(draft, "path", path, state):
                continue
            if track.states[state].done or track.states[state].exit == "declined":
                message = f"'{state}' đã kết thúc liên hệ, không còn gì để hướng dẫn: bỏ khỏi danh sách này"
                draft.say("guidance", "path", path, message)


def _check_main(draft: Draft) -> None:
    tracks = draft.model.path.tracks
    mains = [name for name, track in tracks.items() if track.main]
    unsure = any(not draft.is_known("path", ("tracks", name, "main")) for name in tracks)
    if not mains and not unsure and draft.is_known("path", ("tracks",)):
        draft.say(
            "main-track", "path", ("tracks",), "chưa có tuyến chính: ghi 'main: true' ở đúng một tuyến", at_key=True
        )
    for name in mains[1:]:
        draft.say(
            "main-track", "path", ("tracks", name, "main"), f"đã có tuyến chính '{mains[0]}': chỉ một tuyến ghi 'main'"
        )


def _check_line(draft: Draft, known: Known, name: str, track: Track, path: Path) -> None:
    states = known.states(name)
    for number, state in enumerate(track.line):
        place = (*path, "line", number)
        if not states.check(draft, "path", place, state):
            continue
        if track.states[state].exit:
            draft.say("line", "path", place, f"'{state}' là lối ra, không đứng trên 'line': bỏ khỏi danh sách này")
        if state in track.line[:number]:
            draft.say("line", "path", place, f"'{state}' đứng hai lần trên 'line'")
    for number, entry in enumerate(track.enter):
        line = Names("bước trên 'line'", track.line, draft.is_known("path", (*path, "line")))
        line.check(draft, "path", (*path, "enter", number, "state"), entry.state)
    if draft.is_known("path", (*path, "states")) and not any(state.done for state in track.states.values()):
        draft.say("no-done", "path", path, f"tuyến '{name}' không có trạng thái nào ghi 'done: true'", at_key=True)


def _check_state(draft: Draft, known: Known, track_name: str, track: Track, name: str, state: State) -> None:
    path: Path = ("tracks", track_name, "states", name)
    if name in KEYWORDS:
        draft.say("keyword", "path", path, f"'{name}' là từ dành riêng trong 'from': đặt tên khác", at_key=True)
    line = Names("bước trên 'line'", track.line, draft.is_known("path", ("tracks", track_name, "line")))
    line.check(draft, "path", (*path, "stage"), state.stage)
    if state.next and state.next.follow_up:
        check_deadline(draft, "path", (*path, "next", "follow_up"), state.next.follow_up, FOLLOW_UP)
    if state.done and state.exit:
        draft.say("state-kind", "path", (*path, "exit"), f"'{name}' vừa 'done' vừa là lối ra: bỏ một trong hai")
    if line.is_complete and name not in track.line and not state.done and not state.exit:
        message = f"'{name}' không trên 'line', không 'done', không là lối ra: ghi 'exit: …' hoặc thêm vào 'line'"
        draft.say("state-kind", "path", path, message, at_key=True)
    if line.is_complete and state.done and name not in track.line and state.stage is None:
        message = f"'{name}' xong ngoài 'line': ghi 'stage: …' là bước nó được tính như"
        draft.say("state-stage", "path", path, message, at_key=True)
    if state.done and state.open:
        draft.say("state-open", "path", (*path, "open"), f"'{name}' đã xong thì không còn việc: bỏ 'open: true'")
    if state.exit in SOON and not state.open:
        message = f"lối ra '{name}' còn người phải làm tiếp: ghi 'open: true'"
        draft.say("state-open", "path", (*path, "exit"), message)
    _check_role(draft, known, path, state)


def _check_role(draft: Draft, known: Known, path: Path, state: State) -> None:
    roles = {post.role for post in draft.model.pack.posts}
    if state.confirm_by and known.posts.is_complete and state.confirm_by not in roles:
        message = f"chưa chức danh nào trong pack.yaml có vai trò '{state.confirm_by}' để xác nhận"
        draft.say("confirm-role", "path", (*path, "confirm_by"), message)


def _check_moves(draft: Draft, known: Known, track_name: str, track: Track) -> bool:
    """Check the names in every move; whether all are known, so that the ways between states can be judged."""
    results = [name in track.states for name in (*track.line, *(entry.state for entry in track.enter))]
    states = known.states(track_name)
    sources = Names("trạng thái", [*states.known, *KEYWORDS], states.is_complete)
    for name, move in track.moves.items():
        path: Path = ("tracks", track_name, "moves", name)
        results.append(states.check(draft, "path", (*path, "to"), move.to))
        for number, source in enumerate(move.from_):
            written = draft.read["path"].values.get((*path, "from", number))
            place = (*path, "from", number) if written else (*path, "from")
            results.append(sources.check(draft, "path", place, source))
    return all(results)


def _check_graph(draft: Draft, track: Track, path: Path) -> None:
    edges = [(source, move.to) for move in track.moves.values() for source in sources_of(move, track)]
    reached = _reached([track.line[0], *(entry.state for entry in track.enter)], edges)
    left = {source for source, target in edges if source != target}
    for name, state in track.states.items():
        place = (*path, "states", name)
        if name not in reached:
            message = f"không có bước nào dẫn tới '{name}': thêm bước, hoặc bỏ trạng thái này"
            draft.say("unreachable", "path", place, message, at_key=True)
        if name not in left and not state.done:
            message = f"không có bước nào rời '{name}': người ở đây không đi tiếp được; thêm một bước"
            draft.say("dead-end", "path", place, message, at_key=True)


def _reached(starts: list[str], edges: list[tuple[str, str]]) -> set[str]:
    after: dict[str, list[str]] = {}
    for source, target in edges:
        after.setdefault(source, []).append(target)
    reached, waiting = set[str](), list(starts)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(after.get(name, ()))
    return reached
