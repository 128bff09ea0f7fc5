"""A key result's terms as they are stored: in its row, and whole in each amendment."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.okrs.rules import Curve, Kind, Milestone, Shape, Terms


def to_document(terms: Terms) -> dict[str, Any]:
    """Columns of `KeyResult`, by name; JSON through and through."""
    return {
        "kind": terms.kind.value,
        "unit": terms.unit,
        "baseline": terms.baseline,
        "target": terms.target,
        "stretch": terms.stretch,
        "low": terms.low,
        "high": terms.high,
        "curve": curve_document(terms.curve),
        "milestones": [
            {"title": one.title, "weight": one.weight, "done": one.done} for one in terms.milestones
        ],
        "zones": list(terms.zones),
    }


def from_document(told: Mapping[str, Any]) -> Terms:
    """The opposite of `to_document`; what is not named is as in `Terms`."""
    return Terms(
        kind=Kind(told["kind"]),
        baseline=told.get("baseline"),
        target=told.get("target"),
        stretch=told.get("stretch"),
        low=told.get("low"),
        high=told.get("high"),
        unit=told.get("unit") or "",
        milestones=tuple(
            Milestone(one["title"], float(one.get("weight", 1)), bool(one.get("done")))
            for one in told.get("milestones") or ()
        ),
        zones=tuple(told.get("zones") or ()),
        curve=curve(told.get("curve") or {}),
    )


def curve_document(told: Curve) -> dict[str, Any]:
    points = [[day.isoformat(), share] for day, share in told.points]
    return {"shape": told.shape.value} | ({"points": points} if points else {})


def curve(told: Mapping[str, Any]) -> Curve:
    points = tuple((date.fromisoformat(day), float(share)) for day, share in told.get("points", ()))
    return Curve(Shape(told.get("shape", Shape.LINEAR)), points)
