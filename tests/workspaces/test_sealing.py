"""What is sealed opens with any of our keys, with no other, and not once it was changed."""

import hashlib
import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sealing import NAMES, TOKENS, Seal, Unsealable, _derived

NEW, OLD = "the-newer-key-of-32-characters-or-more", "the-older-key-of-32-characters-or-more"
TOKEN = "xoxb-1-2-three"


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=400))
def test_what_is_sealed_opens(plain: str) -> None:
    assert Seal((NEW,)).open(Seal((NEW,)).close(plain)) == plain


def test_the_first_key_seals_and_all_open() -> None:
    old, both, new = Seal((OLD,)), Seal((NEW, OLD)), Seal((NEW,))
    assert both.open(old.close(TOKEN)) == TOKEN
    assert new.open(both.close(TOKEN)) == TOKEN
    with pytest.raises(Unsealable):
        old.open(both.close(TOKEN))
    assert both.name == new.name != old.name


def test_nothing_shows_the_token_or_the_key() -> None:
    seal = Seal((NEW, OLD))
    sealed = seal.close(TOKEN)
    assert TOKEN not in sealed
    assert sealed != seal.close(TOKEN)  # two that are alike do not look alike
    assert not {NEW, OLD} & set(repr(seal).split("'"))
    assert len(seal.name) == 12


@pytest.mark.parametrize("spoilt", ["", "x", "gAAAAA", "é", "gAAAAA" + "A" * 200])
def test_what_was_not_sealed_does_not_open(spoilt: str) -> None:
    with pytest.raises(Unsealable):
        Seal((NEW,)).open(spoilt)


def test_a_changed_letter_does_not_open() -> None:
    sealed = Seal((NEW,)).close(TOKEN)
    for place in range(0, len(sealed) - 2, 7):
        other = "A" if sealed[place] != "A" else "B"
        with pytest.raises(Unsealable):
            Seal((NEW,)).open(sealed[:place] + other + sealed[place + 1 :])


def test_without_a_key_nothing_opens() -> None:
    assert Seal(()).name == ""
    with pytest.raises(Unsealable):
        Seal(()).open(Seal((NEW,)).close(TOKEN))


def test_the_derivation_is_hkdf_as_rfc_5869_has_it() -> None:
    """Worked out by hand: what was sealed must open with any other release of the library."""
    extracted = hmac.digest(bytes(32), NEW.encode(), hashlib.sha256)
    expanded = hmac.digest(extracted, TOKENS + b"\x01", hashlib.sha256)
    assert _derived(NEW, TOKENS, 32) == expanded
    assert _derived(NEW, NAMES, 32) != expanded
