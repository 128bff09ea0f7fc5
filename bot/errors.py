"""Every error the bot raises on purpose.

* BotError
  x UserMistake     told to the person in Slack in the words of a view, logged at INFO
  x SlackRefused    Slack said no; `permanent` says whether it will say so again
  x SlackLost       the answer never came: the call may or may not have had its effect
  x ScorerFailed    the scorer could not mark an answer; always tried again
  x MatcherFailed   the week's pairs could not be made; always tried again
  x EndpointFailed  a model's endpoint gave nothing usable; told as one of the next two
  x JudgeFailed     the model judge gave no marks; the embedded scorer's stand
  x TranscriberFailed  the endpoint gave no transcript of a clip
  x EngineFailed    members' queries could not be run at all; tried again later
  x ChartFailed     a picture could not be drawn; tried again later
  x DocumentWrong   a document to import has faults, and nothing of it was kept; exit code 1
  x SettingsWrong   the environment or a file the operator wrote is wrong; exit code 2
  x Undelivered     a pass of the cadence had to leave messages for later; exit code 1
  x Collided        two transactions waited for each other and the store ended this one; tried again
  x StoreOld        the store's schema is not the program's; exit code 1
  x StoreAway       the store cannot be reached at all; exit code 1
"""

from collections.abc import Sequence


class BotError(Exception):
    """Base of every expected failure. Anything else is a bug."""


class UserMistake(BotError):
    """Somebody asked for something that cannot be done.

    `code` names the sentence that `views.py` says, `values` fill it, `field` is the id of the
    form block the sentence belongs to (None: it belongs to no field). `others` are more mistakes
    of the same form, each with a field of its own.
    """

    others: "tuple[UserMistake, ...]" = ()

    def __init__(self, code: str, *, field: str | None = None, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.values = values

    @classmethod
    def together(cls, mistakes: "Sequence[UserMistake]") -> "UserMistake":
        """All that is wrong with a form, told at once. At least one."""
        first = mistakes[0]
        first.others = tuple(mistakes[1:])
        return first


class SlackRefused(BotError):
    """Slack answered, and the answer was no: nothing was done.

    `retry_after` is in seconds, 0 when Slack named none.
    """

    def __init__(self, code: str, *, permanent: bool, retry_after: float = 0) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.retry_after = retry_after


class SlackLost(BotError):
    """No usable answer came back, so nobody knows whether Slack did it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ScorerFailed(BotError):
    """The scorer gave no usable marks."""


class MatcherFailed(BotError):
    """The matching gave no round of mock interviews."""


class EndpointFailed(BotError):
    """A model's endpoint gave nothing usable; `code` names the sentence that the card says."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class JudgeFailed(EndpointFailed):
    """The model judge gave no marks that could be used; `requests` is how many were made."""

    def __init__(self, code: str, *, requests: int = 0) -> None:
        super().__init__(code)
        self.requests = requests


class TranscriberFailed(EndpointFailed):
    """The transcription endpoint gave no words."""


class DocumentWrong(BotError):
    """A document to import has faults: `lines` names each with its place."""

    def __init__(self, lines: "Sequence[str]") -> None:
        super().__init__("; ".join(lines))
        self.lines = tuple(lines)


class EngineFailed(BotError):
    """The process that runs members' queries gave no answer."""


class ChartFailed(BotError):
    """The drawing process gave no picture."""


class SettingsWrong(BotError):
    """A setting or a file of the operator's is wrong: what, where, how to mend."""


class Undelivered(BotError):
    """Slack would not take the rest of the messages for now; they are kept."""


class Collided(BotError):
    """Nothing of a transaction was kept, because another one stood in its way: begin it anew."""


class StoreOld(BotError):
    """The store has another schema than this program; `drumbeat migrate` mends it."""


class StoreAway(BotError):
    """The store cannot be reached: its server is down, or the address is another's."""
