"""How the workspace says no: one word, as Slack's own pages spell it."""

from typing import Any


class Refused(Exception):
    """A call that Slack would refuse. `error` is Slack's word, `extra` stands beside it."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra


class NotForThem(Exception):
    """A person asked the JSON API for what they may not do, or for what is not there.

    `status` is the HTTP status: 400 wrong call, 403 not allowed, 404 no such thing, 409 not now.
    """

    def __init__(self, error: str, detail: str = "", status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.detail = detail
        self.status = status
