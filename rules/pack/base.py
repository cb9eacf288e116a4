"""What every model of a pack is made of: names, texts in both languages, and a model that refuses keys it does not know."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from rules.said import Named

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
"""Name of a state, move, outcome, fact, post: lower case, digits, underscore."""

RuleId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
"""Name of a pack, rule, task or duty: kebab-case, never used again for another thing."""

Expression = Annotated[str, Field(min_length=1, max_length=2000)]
DeadlineText = Annotated[str, Field(min_length=1, max_length=200)]
Clause = Annotated[str, Field(min_length=1, max_length=200)]
"""Where the paper says so: its clause, or an assumption that says that it is one."""


Role = Literal[
    "member", "team_leader", "area_head", "support_desk", "coordinator", "plan_owner", "duty_leader", "chair",
    "superior", "auditor", "administrator",
]  # fmt: skip
Mover = Literal[
    "member", "team_leader", "area_head", "support_desk", "coordinator", "duty_leader", "roster", "rule", "correction"
]
"""Who may fire a move: a role, a list from above, a rule, or a correction of the record."""

ExitClass = Literal["ineligible", "unavailable", "remediable", "pending", "declined"]
SubjectKind = Literal["person", "household", "organisation", "parcel"]
Per = Literal["unit", "team", "area", "body"]


class Model(BaseModel):
    """Frozen, and refuses unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Label(Model):
    """A text in both languages; Vietnamese is the one that must exist."""

    vi: str = Field(min_length=1)
    en: str | None = None

    @property
    def said(self) -> Named:
        """Return it as a part of a sentence: Vietnamese to everybody, English to a page that has it."""
        return Named(self.vi, self.en)


def _as_label(value: object) -> object:
    return {"vi": value} if isinstance(value, str) else value


LabelText = Annotated[Label, BeforeValidator(_as_label, json_schema_input_type=str | Label)]
"""Written as a plain Vietnamese text or as {vi: …, en: …}."""


def _as_tuple(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    return (value,) if isinstance(value, str) else value


OneOrMore = Annotated[
    tuple[Identifier, ...],
    BeforeValidator(_as_tuple, json_schema_input_type=Identifier | tuple[Identifier, ...]),
    Field(min_length=1),
]
