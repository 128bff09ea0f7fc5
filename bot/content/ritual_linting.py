"""What no single ritual template can know: `linting` runs these rules with its own."""

from collections.abc import Iterator
from itertools import pairwise

from pydantic import BaseModel

from bot.content.bank import Content
from bot.content.reading import BLUEPRINT, RECOGNITION
from bot.content.words import Finding, content_stems, repeated, sentences, text_faults


def ritual_texts(content: Content) -> Iterator[tuple[str, str, str]]:
    """(item, field, text) of every text of rituals, behaviours and the blueprint."""
    for ritual in content.rituals.values():
        for where, text in _texts(ritual):
            yield ritual.id, where, text
    for behaviour in content.behaviours:
        for where, text in _texts(behaviour):
            yield RECOGNITION, f"{behaviour.id}.{where}", text
    if content.blueprint is not None:
        for where, text in _texts(content.blueprint):
            yield BLUEPRINT, where, text


def _texts(item: BaseModel, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in item:
        parts = value if isinstance(value, tuple) else (value,)
        for at, part in enumerate(parts):
            where = f"{prefix}{name}[{at}]" if parts is value else f"{prefix}{name}"
            if isinstance(part, BaseModel):
                yield from _texts(part, f"{where}.")
            elif isinstance(part, str):
                yield where, part


def _style(content: Content) -> Iterator[Finding]:
    for name, where, text in ritual_texts(content):
        yield from text_faults(name, where, text)


def _sentences(content: Content) -> Iterator[Finding]:
    told = (
        (name, sentence) for name, _, text in ritual_texts(content) for sentence in sentences(text)
    )
    for name, sentence, times in repeated(told, 1):
        what = f"“{sentence[:60]}” stands {times} times in the rituals; say it in other words"
        yield Finding(name, "sentence", what)


def _behaviours(content: Content) -> Iterator[Finding]:
    """Who picks one from a list must see how it differs from the others."""
    titles = sorted(" ".join(content_stems(one.title)) for one in content.behaviours)
    for one, two in pairwise(titles):
        if one == two:
            yield Finding(RECOGNITION, "behaviours", f"“{one}” is asked for twice; drop one")


RITUAL_RULES = (_style, _sentences, _behaviours)
