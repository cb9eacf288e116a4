"""People and places as the API shows them: exactly what the screens may show, nothing beside it."""

from web.api.fields import Flag, Inside, Labelled, Moment, Several, Shape, Told, Whole
from workflow.queries.people_behind import PersonBehind


class ChoiceShape(Shape):
    """An outcome that may be recorded now."""

    outcome = Told(required=True)
    label = Labelled(required=True)
    kind = Told(
        required=True,
        metadata={
            "enum": ["onward", "again", "cannot", "quiet"],
            "description": "onward: further on the path; again: come back; cannot: why they cannot be consulted; quiet: contact ends",
        },
    )
    asks_time = Flag(required=True)
    asks_evidence = Flag(required=True)
    needs_confirming = Flag(required=True)
    evidence = Several(
        Told(), required=True, metadata={"description": "what would show it: `evidence_kind` is one of these, or null"}
    )


class PersonShape(Shape):
    """A case behind a door. Once contact has ended nothing tells one ending from another: no version, no times, no choices."""

    case = Told(attribute="case_id", required=True, metadata={"format": "uuid"})
    subject = Told(attribute="subject_id", required=True, metadata={"format": "uuid"})
    track = Told(required=True)
    is_main = Flag(required=True)
    name = Told(required=True, allow_none=True)
    relation = Told(required=True, allow_none=True)
    birth_year = Told(required=True, allow_none=True)
    state = Told(required=True)
    label = Labelled(required=True)
    state_version = Whole(required=True, allow_none=True)
    is_open = Flag(required=True)
    follow_up_at = Moment(required=True, allow_none=True)
    attempts = Whole(required=True)
    waiting = Labelled(required=True, allow_none=True, metadata={"description": "the exit that waits to be confirmed"})
    phone = Told(required=True, allow_none=True, metadata={"description": "its last three digits"})
    choices = Several(Inside(ChoiceShape), required=True)


def seen(person: PersonBehind) -> dict[str, object]:
    """Return a person as `PersonShape` shows them.

    `is_open` of the row is whether somebody still has to act; after contact has ended it is the same for every ending.
    """
    names = (
        "case_id", "subject_id", "track", "is_main", "name", "relation", "birth_year", "state", "label", "state_version",
        "follow_up_at", "attempts", "waiting", "phone", "choices",
    )  # fmt: skip
    told: dict[str, object] = {name: getattr(person, name) for name in names}
    return {**told, "is_open": person.is_open and not person.has_ended}
