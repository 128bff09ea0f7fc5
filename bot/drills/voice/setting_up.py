"""The way to the transcription endpoint, where whoever runs Drumbeat has set one up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.drills.voice.endpoint import Transcriber


@asynccontextmanager
async def transcriber(settings: "Settings") -> AsyncIterator["Transcriber | None"]:
    """The endpoint, closed at the end; without its settings nothing of it is even loaded."""
    if not settings.transcribe_url or not settings.transcribe_model:
        yield None
        return
    from bot.drills.voice.endpoint import Transcriber

    key = settings.transcribe_key.get_secret_value() if settings.transcribe_key else None
    made = Transcriber(settings.transcribe_url, key, settings.transcribe_model)
    try:
        yield made
    finally:
        await made.close()
