"""What somebody gets who asks for their data."""

import io
import json
import zipfile
from typing import Any


def data(content: bytes) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table, from the export's JSON."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        told: dict[str, list[dict[str, Any]]] = json.loads(archive.read("data.json"))
    return told


def text(content: bytes) -> str:
    """All that can be read in a file, also in those packed into it."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())
