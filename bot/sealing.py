"""Tokens at rest: sealed with the newest key, opened with any.

A key is free text of 32 characters or more; HKDF (RFC 5869, SHA-256) makes the cipher's key of it.
The cipher is Fernet: AES-128 in CBC mode with an HMAC over everything, so what was changed in the
store does not open.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # loaded with the first token: whoever runs one workspace does without
    from cryptography.fernet import MultiFernet

TOKENS = b"drumbeat tokens v1"
NAMES = b"drumbeat key names v1"
NAME_BYTES = 6


class Unsealable(Exception):
    """No key of ours opens it: the key was taken away, or the value was changed."""


@dataclass(frozen=True)
class Seal:
    """Seals with the first of `keys`, opens with all of them."""

    keys: Sequence[str] = field(repr=False)

    @cached_property
    def name(self) -> str:
        """Twelve characters that say which key seals, and nothing about it."""
        return _derived(self.keys[0], NAMES, NAME_BYTES).hex() if self.keys else ""

    def close(self, plain: str) -> str:
        """The sealed text, ASCII, about a third longer. Only with a key."""
        return self._cipher.encrypt(plain.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """What was sealed. Raises Unsealable."""
        from cryptography.fernet import InvalidToken

        if not self.keys:
            raise Unsealable
        try:
            return self._cipher.decrypt(sealed.encode()).decode()
        except (InvalidToken, UnicodeDecodeError) as error:
            raise Unsealable from error

    @cached_property
    def _cipher(self) -> "MultiFernet":
        from cryptography.fernet import Fernet, MultiFernet

        derived = (_derived(key, TOKENS, 32) for key in self.keys)
        return MultiFernet([Fernet(base64.urlsafe_b64encode(one)) for one in derived])


def _derived(key: str, purpose: bytes, length: int) -> bytes:
    """`length` bytes for one purpose; those of another purpose say nothing about them."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), length, salt=None, info=purpose).derive(key.encode())
