"""What a coding drill holds beside its words: tables, the expected query, known mistakes."""

import re
from typing import Annotated

from pydantic import Field

from bot.content.base import Strict, Text

DATASET = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
Query = Annotated[str, Field(min_length=1, max_length=4000)]


class WrongQuery(Strict):
    """A query that people write by mistake, and why its result is wrong."""

    query: Query
    why: Text


class Sql(Strict):
    """The data set a query runs on, what it should return, and what is often written instead."""

    data: Annotated[
        str,
        Field(
            min_length=1,
            max_length=20_000,
            description="the name of a file of `datasets/`, or the statements that build the data",
        ),
    ]
    query: Annotated[Query, Field(description="the expected query, in DuckDB’s SQL")]
    ordered: bool = Field(default=False, description="true when the order of rows matters")
    columns: bool = Field(default=False, description="true when the names of columns matter")
    tolerance: float = Field(default=0.0, ge=0, description="largest difference between numbers")
    wrong: Annotated[tuple[WrongQuery, ...], Field(min_length=1, strict=False)]

    @property
    def dataset(self) -> str | None:
        """The data set's name; None when the statements stand here."""
        return self.data if DATASET.fullmatch(self.data) else None
