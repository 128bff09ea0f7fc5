"""Links that are their own permission: signed, and good until a certain instant.

Whoever has one may read what it names, so it names little and ends soon.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

LONGEST = 512  # characters of a token; ours have about a hundred


class Forged(Exception):
    """Not one of ours, or changed on its way."""


class Expired(Exception):
    """Ours once, and no longer good."""


@dataclass
class Links:
    """Makes and reads links. The first of `keys` signs, all verify.

    `base` is the public address without a slash at its end, None while there is none.
    """

    keys: Sequence[str]
    base: str | None = None

    @property
    def possible(self) -> bool:
        return bool(self.keys and self.base)

    def make(self, purpose: str, ids: Sequence[int], now: datetime, life: timedelta) -> str:
        """`BASE/PURPOSE/TOKEN`, good until `now + life`; `now` is the machine's.

        Only while links are `possible`.
        """
        ends = int((now + life).timestamp())
        return f"{self.base}/{purpose}/{self._signer(purpose).dumps([ends, *ids])}"

    def read(self, purpose: str, token: str, now: datetime) -> tuple[int, ...]:
        """The ids it was made of. Raises Forged or Expired; `now` is the machine's."""
        if not self.keys or len(token) > LONGEST:
            raise Forged
        try:
            told: Any = self._signer(purpose).loads(token)
        except BadData as error:
            raise Forged from error
        if not isinstance(told, list) or not told or not all(type(one) is int for one in told):
            raise Forged
        if now.timestamp() >= told[0]:
            raise Expired
        return tuple(told[1:])

    def _signer(self, purpose: str) -> URLSafeSerializer:
        """A link of one purpose is no link of another: the purpose salts the key."""
        return URLSafeSerializer(
            list(reversed(self.keys)),  # its newest stands last
            salt=f"drumbeat.{purpose}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )
