"""The way to the model judge, where whoever runs Drumbeat has set one up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.scoring.judge.endpoint import Endpoint


@asynccontextmanager
async def endpoint(settings: "Settings") -> AsyncIterator["Endpoint | None"]:
    """The model judge, closed at the end; without its settings nothing of it is even loaded."""
    if not settings.llm_url or not settings.llm_model:
        yield None
        return
    from bot.scoring.judge.endpoint import Endpoint

    key = settings.llm_key.get_secret_value() if settings.llm_key else None
    made = Endpoint(settings.llm_url, key, settings.llm_model)
    try:
        yield made
    finally:
        await made.close()
