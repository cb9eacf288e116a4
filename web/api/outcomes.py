"""What may be said of a door and of a person in a campaign: the words of the buttons, for a program that works offline."""

from typing import Any

from web.api.blueprint import Operation, bp
from web.api.fields import Inside, Labelled, Several, Shape, Told
from web.here import here
from web.policy import in_unit


class OutcomeShape(Shape):
    """One outcome of the campaign's rules."""

    id = Told(required=True)
    label = Labelled(required=True)
    scope = Told(required=True, metadata={"enum": ["door", "person"]})
    track = Told(required=True, allow_none=True, metadata={"description": "null for a whole door"})
    code = Told(required=True, metadata={"description": "short code of paper sheets"})
    asks = Several(Told(metadata={"enum": ["promised_at", "evidence"]}), required=True)


class OutcomesShape(Shape):
    """All of them, in the order of the rules. `rules` names this version of the rules."""

    rules = Told(required=True)
    outcomes = Several(Inside(OutcomeShape), required=True)


@bp.route("/<unit>/<campaign>/outcomes")
@in_unit
class Outcomes(Operation):
    """The catalogue of outcomes."""

    @bp.response(200, OutcomesShape)
    def get(self) -> Any:
        """What may be said of a door and of a person, in both languages, and what each asks for besides.

        What may be said of one person right now stands beside them (`choices`).
        """
        pack = here.context.pack
        told = [
            {
                "id": name,
                "label": outcome.label,
                "scope": outcome.scope,
                "track": pack.track_of(name).id if outcome.scope == "person" else None,
                "code": outcome.code,
                "asks": outcome.asks,
            }
            for name, outcome in pack.outcomes.items()
        ]
        return {"rules": pack.hash, "outcomes": told}
