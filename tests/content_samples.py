"""A sound drill file, and folders made of it, for the tests of the content layer."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "content"
GOOD_ID = "eggs-counted-per-doorbell"
SHIPPED_GOOD = (SHIPPED / "drills/metrics-coding" / f"{GOOD_ID}.toml").read_text(encoding="utf-8")
# As it was before it had a query, because its data set stands in the shipped folder alone.
GOOD = SHIPPED_GOOD.partition("\n[sql]")[0].replace("minutes = 8", "minutes = 3") + "\n"
GOOD = GOOD.replace("version = 2", "version = 1")

KIT_ID = "one-alert-each"
KIT = (SHIPPED / "kits" / f"{KIT_ID}.toml").read_text(encoding="utf-8")


def with_kit(folder: Path, text: str, *, name: str = KIT_ID) -> Path:
    """The folder, after the text was put into it as a kit of that name."""
    place = folder / "kits" / f"{name}.toml"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return folder


def written(folder: Path, text: str, *, name: str = GOOD_ID, track: str = "metrics-coding") -> Path:
    """The folder, after the text was put into it as a drill of that name and track."""
    place = folder / "drills" / track / f"{name}.toml"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return folder
