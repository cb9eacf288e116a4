"""What to say and do at the door, as the campaign's paper puts it: the steps for whoever stands where a person stands."""

from collections.abc import Iterable

from rules.pack import Pack
from rules.pack.model import Guidance


def guidance_for(pack: Pack, states: Iterable[str] = ()) -> tuple[Guidance, ...]:
    """Return the steps for people in `states` of the main track, in the pack's order: those for all, and those for any of them.

    Give the states as somebody may see them; of a finished contact nothing is left to guide.
    """
    here = frozenset(states)
    return tuple(step for step in pack.model.path.guidance if step.states is None or here.intersection(step.states))
