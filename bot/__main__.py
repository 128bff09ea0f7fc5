"""`drumbeat`, also `python -m bot`."""

import sys

import typer

from bot.cli import app
from bot.errors import BotError, SettingsWrong

WRONG_CALL: type[Exception] = typer.BadParameter.__bases__[0]  # Typer hides its own base of these


def main() -> None:
    """Exit 0 done, 1 the work found a fault, 2 the call was wrong.

    Errors are one line on standard error: what, where, how to mend.
    """
    try:
        code = app(prog_name="drumbeat", standalone_mode=False)
    except SettingsWrong as error:
        _end(2, str(error))
    except BotError as error:
        _end(1, str(error) or type(error).__name__)
    except OSError as error:  # a port that is taken, a folder that cannot be written
        _end(1, str(error))
    except WRONG_CALL as error:
        _end(2, _usage(error))
    except typer.Abort:
        _end(1, "stopped")
    sys.exit(code or 0)


def _usage(error: Exception) -> str:
    """What was wrong with the call and where to read on; nothing when the help was printed."""
    said: str = error.format_message()  # type: ignore[attr-defined]  # see WRONG_CALL
    path = getattr(getattr(error, "ctx", None), "command_path", "drumbeat")
    line = " ".join(said.split())
    line += "" if line.endswith((".", "?")) else "."
    return f"{line} `{path} --help` says more." if said.strip() else ""


def _end(code: int, text: str) -> None:
    if text:
        sys.stderr.write(f"drumbeat: {' '.join(text.split())}\n")
    sys.exit(code)


if __name__ == "__main__":
    main()
