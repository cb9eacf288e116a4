"""Who may open which page: every view says so, or the application does not start.

A policy looks at posts only. Which door, task or file somebody may see there is decided by `workflow.access`, before anything they
typed is looked at. Whoever is not allowed gets the very page of something that does not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

from flask import Flask

View = TypeVar("View", bound=Callable[..., Any])
Kind = Literal["public", "signed_in", "unit"]

ROLES: Final = (
    "member", "team_leader", "area_head", "support_desk", "coordinator", "plan_owner", "duty_leader", "chair",
    "superior", "auditor", "administrator",
)  # fmt: skip


@dataclass(frozen=True)
class Policy:
    """Who may open a page. `roles` (of the unit in the address) narrows `unit`; empty means any place in the unit."""

    kind: Kind
    roles: frozenset[str] = frozenset()

    def admits(self, roles: frozenset[str]) -> bool:
        """Whether somebody with these roles in the unit may open it."""
        return not self.roles or bool(self.roles & roles)


def _declare(policy: Policy) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.policy = policy  # type: ignore[attr-defined]
        return view

    return mark


public = _declare(Policy("public"))
"""Anybody, signed in or not."""
signed_in = _declare(Policy("signed_in"))
"""Anybody with an account."""
in_unit = _declare(Policy("unit"))
"""Anybody with a place in the unit."""


def searches(view: View) -> View:
    """Mark a view that looks for people by what was sent: it is counted as a search, not as a change."""
    view.searches = True  # type: ignore[attr-defined]
    return view


def for_roles(*roles: str) -> Callable[[View], View]:
    """Those who hold a post of any of these roles in the unit."""
    unknown = sorted(set(roles) - set(ROLES))
    if unknown or not roles:
        raise ValueError(f"no such roles: {unknown or 'none given'}")
    return _declare(Policy("unit", frozenset(roles)))


def policy_of(app: Flask, endpoint: str) -> Policy | None:
    """Return the policy that the view of an endpoint declares."""
    view = app.view_functions[endpoint]
    found = getattr(view, "policy", None)
    if found is None and (methods := getattr(view, "view_class", None)) is not None:
        found = getattr(methods, "policy", None)
    return found if isinstance(found, Policy) else None


def is_search(app: Flask, endpoint: str) -> bool:
    """Whether the view of an endpoint looks for people."""
    view = app.view_functions[endpoint]
    return getattr(view, "searches", False) or getattr(getattr(view, "view_class", None), "searches", False)


def require_policies(app: Flask) -> None:
    """Raise RuntimeError naming every route that does not say who may open it, or that says something its address cannot keep."""
    wrong = []
    for rule in app.url_map.iter_rules():
        policy = policy_of(app, rule.endpoint)
        if policy is None:
            wrong.append(f"{rule.rule} ({rule.endpoint}) declares no policy")
        elif policy.kind == "unit" and "unit" not in rule.arguments:
            wrong.append(f"{rule.rule} ({rule.endpoint}) is for a unit, but its address names none")
        elif policy.kind != "unit" and "unit" in rule.arguments:
            wrong.append(f"{rule.rule} ({rule.endpoint}) names a unit, but anybody may open it")
    if wrong:
        raise RuntimeError("routes without a valid policy:\n  " + "\n  ".join(wrong))
