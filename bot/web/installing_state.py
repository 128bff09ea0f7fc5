"""The state that travels through Slack while somebody adds the bot. Pure.

It says itself when it ends, and is bound to the browser in which it began by a cookie's hash
(RFC 6749, 10.12). Nothing is stored until it comes back, so nobody can fill the store by asking
for the page; that it is gone through once only is for the store (`spent_states`).
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from bot.links import Expired, Forged

LIFE = timedelta(minutes=10)
LONGEST = 512  # characters; ours have about two hundred
BROWSER = re.compile(r"[A-Za-z0-9_-]{43}")  # what `new_browser` makes


class Elsewhere(Exception):
    """It began in another browser, or this one keeps no cookies."""


@dataclass(frozen=True)
class Began:
    """`digest` is the same whenever the same state comes back."""

    digest: str
    ends_at: datetime


def new_browser() -> str:
    """What a browser is told to keep: 256 random bits."""
    return secrets.token_urlsafe(32)


def make(keys: Sequence[str], browser: str, now: datetime) -> str:
    """A state for this browser, good for ten minutes; `now` is the machine's."""
    ends = int((now + LIFE).timestamp())
    return _signer(keys).dumps([ends, secrets.token_urlsafe(16), _hash(browser)])


def read(keys: Sequence[str], state: str, browser: str, now: datetime) -> Began:
    """Raises Forged, Expired or Elsewhere."""
    if not keys or len(state) > LONGEST:
        raise Forged
    try:
        told: Any = _signer(keys).loads(state)
    except BadData as error:
        raise Forged from error
    ends, _, owner = told
    if now.timestamp() >= ends:
        raise Expired
    if not BROWSER.fullmatch(browser) or not hmac.compare_digest(owner, _hash(browser)):
        raise Elsewhere
    return Began(_hash(state), datetime.fromtimestamp(ends, UTC))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _signer(keys: Sequence[str]) -> URLSafeSerializer:
    return URLSafeSerializer(
        list(reversed(keys)),  # its newest stands last
        salt="drumbeat.install",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
