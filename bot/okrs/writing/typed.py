"""What somebody has typed so far into the wizard, as it was typed. Pure.

A form's inputs are named `form.name`, or `form.name.more` where a change of `more` makes another
input of them; what stands in them is kept by `name`. Values are what `entered` gives: str, list of
str, or None.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Raw = Mapping[str, Any]
OBJECTIVE = "objective"
KEY_RESULT = "key_result"
REVIEW = "review"


@dataclass(frozen=True)
class Typed:
    """`key_results` are by serial number, in the order of writing; `serial` is the one in hand."""

    stage: str = OBJECTIVE
    objective: Raw = field(default_factory=dict)
    key_results: Mapping[int, Raw] = field(default_factory=dict)
    serial: int = 0
    last: int = 0  # a serial number is never used twice

    @property
    def begun(self) -> bool:
        """Is there anything that somebody would miss?"""
        written = (self.objective, *self.key_results.values())
        return any(raw.get("title") for raw in written)

    @property
    def in_hand(self) -> Raw:
        return self.key_results.get(self.serial, {})

    def with_objective(self, raw: Raw) -> "Typed":
        return replace(self, stage=OBJECTIVE, objective={**self.objective, **raw})

    def with_key_result(self, raw: Raw) -> "Typed":
        """Added to the one in hand: fields that its kind hides keep what stood in them.

        What somebody brings goes with them: for another owner it is chosen anew.
        """
        whole = {**self.in_hand, **raw}
        if whole.get("owner") != self.in_hand.get("owner"):
            whole.pop("function", None)
        kept = {**self.key_results, self.serial: whole}
        return replace(self, stage=KEY_RESULT, key_results=kept)

    def reviewed(self) -> "Typed":
        """All of them, without those in which nobody has typed a title."""
        kept = {one: raw for one, raw in self.key_results.items() if raw.get("title")}
        return replace(self, stage=REVIEW, key_results=kept)

    def another(self, owner: str) -> "Typed":
        """With a new key result in hand, empty but for who answers for it."""
        done, new = self.reviewed(), self.last + 1
        kept = {**done.key_results, new: {"owner": owner}}
        return replace(done, stage=KEY_RESULT, key_results=kept, serial=new, last=new)

    def taking(self, serial: int) -> "Typed":
        """With this one in hand; as it is when there is none of this number."""
        if serial not in self.key_results:
            return self
        return replace(self, stage=KEY_RESULT, serial=serial)

    def without(self, serial: int) -> "Typed":
        kept = {one: raw for one, raw in self.key_results.items() if one != serial}
        return replace(self, key_results=kept)

    def to_document(self) -> dict[str, Any]:
        return {
            "stage": self.stage,
            "objective": dict(self.objective),
            "key_results": [[one, dict(raw)] for one, raw in self.key_results.items()],
            "serial": self.serial,
            "last": self.last,
        }

    @classmethod
    def from_document(cls, told: Mapping[str, Any]) -> "Typed":
        return cls(
            stage=told.get("stage", OBJECTIVE),
            objective=told.get("objective", {}),
            key_results={int(one): raw for one, raw in told.get("key_results", ())},
            serial=told.get("serial", 0),
            last=told.get("last", 0),
        )


def form_of(serial: int) -> str:
    return f"kr{serial}"


def line(raw: Raw, name: str) -> str:
    """One line of text, inner spaces made one."""
    return " ".join(str(raw.get(name) or "").split())


def lines(raw: Raw, name: str) -> list[str]:
    told = str(raw.get(name) or "").splitlines()
    return [" ".join(one.split()) for one in told if one.strip()]
