"""From a checked model to the compiled pack. Nothing is judged here: `rules.pack.lint` has passed it."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date

from rules.calendar import Calendar, load_calendar
from rules.deadlines import parse as parse_deadline
from rules.language import Context, Node, Type, earliest, evaluator
from rules.pack.ladder import times_of
from rules.pack.model import Move, PackModel, Track
from rules.pack.pack import CampaignWindow, CompiledRule, Holds, MoveRules, Pack, TrackRules
from rules.pack.rules_model import Rule
from rules.pack.vocabulary import Vocabulary, context_of, days_of, symbols_of
from rules.time import day_start

KEYWORDS = ("line", "exits")
"""What `from` may say instead of naming states."""


def build_pack(model: PackModel, files: Mapping[str, str]) -> Pack:
    """Compile a model that has passed every check."""
    vocabulary = Vocabulary(model.pack)
    tracks = {name: _track(name, track, vocabulary) for name, track in model.path.tracks.items()}
    main = next(name for name, track in model.path.tracks.items() if track.main)
    calendar = load_calendar(model.pack.calendar)
    return Pack(
        id=model.pack.pack,
        version=model.pack.version,
        hash=hash_of(files),
        files=dict(files),
        model=model,
        tracks=tracks,
        rules=tuple(_rule(rule, model.path.tracks, main, vocabulary, calendar) for rule in model.escalations.rules),
        calendar=calendar,
        windows=_windows(model),
        parameters=dict(model.pack.parameters),
        constants=dict(vocabulary.constants),
        done_when=dict(_conditions(model, vocabulary)),
    )


def with_campaign(pack: Pack, *, starts: date, ends: date, windows: Mapping[str, tuple[date, date]]) -> Pack:
    """Return the same rules with other campaign dates; a window that is not named keeps its days.

    Fixed dates inside the plan (`before 2025-05-20`) do not move: they are the paper's own.
    """
    moved = {
        name: window.model_copy(update=dict(zip(("from_", "through"), windows[name], strict=True)))
        if name in windows
        else window
        for name, window in pack.model.pack.windows.items()
    }
    head = pack.model.pack.model_copy(update={"starts": starts, "ends": ends, "windows": moved})
    return build_pack(pack.model.model_copy(update={"pack": head}), pack.files)


def hash_of(files: Mapping[str, str]) -> str:
    """Return the hex SHA-256 of the files: names, lengths and canonical texts, in the order of their names."""
    digest = hashlib.sha256()
    for name, text in sorted(files.items()):
        body = text.encode()
        digest.update(f"{name}\0{len(body)}\0".encode())
        digest.update(body)
    return digest.hexdigest()


def sources_of(move: Move, track: Track) -> tuple[str, ...]:
    """Return the states a move may start from, each once; a keyword never stands for the move's own target."""
    found: dict[str, None] = {}
    for name in move.from_:
        wanted = _expanded(name, track)
        found.update(dict.fromkeys(state for state in wanted if name not in KEYWORDS or state != move.to))
    return tuple(found)


def _expanded(name: str, track: Track) -> Iterable[str]:
    if name == "line":
        return [state for state in track.line if state in track.states and not track.states[state].done]
    if name == "exits":
        return [state for state, model in track.states.items() if model.exit and model.exit != "declined"]
    return [name]


def _track(name: str, track: Track, vocabulary: Vocabulary) -> TrackRules:
    population = vocabulary.parse(track.population, Context.POPULATION)
    entries = [(entry.state, vocabulary.parse(entry.when, Context.POPULATION)) for entry in track.enter]
    return TrackRules(
        id=name,
        model=track,
        moves={move_name: _move(move_name, move, track, vocabulary) for move_name, move in track.moves.items()},
        population=population,
        population_py=evaluator(population),
        entries=tuple((state, evaluator(node)) for state, node in entries),
    )


def _move(name: str, move: Move, track: Track, vocabulary: Vocabulary) -> MoveRules:
    guard = vocabulary.parse(move.when, Context.GATEWAY, symbols=symbols_of(track)) if move.when else None
    return MoveRules(name, move, sources_of(move, track), move.to, guard, evaluator(guard) if guard else None)


def _rule(
    rule: Rule, tracks: Mapping[str, Track], main: str, vocabulary: Vocabulary, calendar: Calendar
) -> CompiledRule:
    name = (rule.track or main) if rule.on == "case" else rule.track
    context, symbols = context_of(rule), symbols_of(tracks[name]) if name else {}
    when = vocabulary.parse(rule.when, context, symbols=symbols)
    anchor = vocabulary.parse(rule.anchor, context, symbols=symbols, expects=Type.INSTANT)
    follow_up = rule.effect.follow_up if rule.effect else None
    return CompiledRule(
        model=rule,
        track=name,
        when=when,
        anchor=anchor,
        when_py=evaluator(when),
        anchor_py=evaluator(anchor),
        earliest_py=earliest(when),
        times=times_of(rule.ladder, calendar),
        follow_up=parse_deadline(follow_up) if follow_up else None,
        starts_at=day_start(rule.starts) if rule.starts else None,
    )


def _windows(model: PackModel) -> dict[str, CampaignWindow]:
    windows = model.pack.windows.items()
    return {name: CampaignWindow(name, w.label.vi, *days_of(w.from_, w.through)) for name, w in windows}


def _conditions(model: PackModel, vocabulary: Vocabulary) -> Iterable[tuple[str, tuple[Node, Holds]]]:
    tasks = [(task.id, task.done_when) for task in model.plan.tasks]
    duties = [(duty.id, duty.waive_when) for duty in model.plan.duties]
    for name, text in tasks + duties:
        if text:
            node = vocabulary.parse(text, Context.TASK)
            yield name, (node, evaluator(node))
