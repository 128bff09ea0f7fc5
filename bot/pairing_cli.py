"""`drumbeat pair`: a round of mock interviews from a file, without a store or Slack.

Exit codes: 0 done, 1 the file has a fault, 2 the call was wrong. Faults go to standard error,
one line each: where, what to mend.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import config
from bot.errors import DocumentWrong, SettingsWrong


def register(app: typer.Typer) -> None:
    app.command("pair")(pair)


def pair(
    batch: Annotated[str, typer.Option(help="A JSON file; - reads standard input.")],
    explain: Annotated[
        bool, typer.Option("--explain", help="List every edge with its terms, too.")
    ] = False,
    weights: Annotated[
        Path | None, typer.Option(help="A weights file; otherwise the content folders'.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, which is the usual, too.")
    ] = True,
) -> None:
    """Pair a pool of people for mock interviews; docs/pairing.md shows the file."""
    if batch != "-" and not Path(batch).is_file():
        raise SettingsWrong(f"--batch {batch}: there is no such file")
    if weights is not None and not weights.is_file():
        raise SettingsWrong(f"--weights {weights}: there is no such file")
    from bot.mocks.pairing import batch as pairing
    from bot.progress import shown

    own = [folder / pairing.FILE for folder in config.load().folders]
    used = pairing.read_weights([weights] if weights else [one for one in own if one.is_file()])
    content = sys.stdin.buffer.read() if batch == "-" else Path(batch).read_bytes()
    try:
        pool = pairing.read(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SettingsWrong(f"--batch {batch}: is not UTF-8 text; save it as UTF-8") from error
    except DocumentWrong as error:
        for line in error.lines:
            typer.echo(line, err=True)
        raise typer.Exit(1) from error
    typer.echo(
        pairing.run(
            pool,
            used,
            explain=explain,
            watch=lambda rows: shown(rows, "blocks of members", len(rows)),
        )
    )
