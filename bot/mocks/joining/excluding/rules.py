"""Whom a member does not want to be paired with, as values. Pure."""

from dataclasses import dataclass
from enum import StrEnum

MOST = 40  # people whom one member excludes


class Kind(StrEnum):
    DO_NOT_PAIR = "do_not_pair"
    MANAGER_OR_REPORT = "manager_or_report"


@dataclass(frozen=True)
class Excluded:
    """`id` is the exclusion's own."""

    id: int
    user_id: str
    kind: Kind
