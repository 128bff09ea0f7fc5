"""`drumbeat`, also `python -m bot`."""

import sys

from bot.cli import app
from bot.errors import SettingsWrong, StoreOld, Undelivered


def main() -> None:
    """Errors are one line on standard error: what, where, how to mend."""
    try:
        app()
    except SettingsWrong as error:
        sys.stderr.write(f"drumbeat: {error}\n")
        sys.exit(2)
    except (StoreOld, Undelivered) as error:
        sys.stderr.write(f"drumbeat: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
