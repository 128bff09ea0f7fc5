"""One line per event. Log ids and codes, never what a person wrote."""

import json
import logging
import sys

PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
# Libraries that log what they were asked, which may be what a person wrote.
QUIET = {
    "apscheduler": logging.ERROR,
    "slack_bolt": logging.ERROR,
    "slack_sdk": logging.ERROR,
    "aiohttp": logging.ERROR,
    "httpx": logging.WARNING,
    "alembic": logging.WARNING,
}


def extras(record: logging.LogRecord) -> dict[str, object]:
    return {key: value for key, value in record.__dict__.items() if key not in PLAIN}


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        extra = extras(record)
        line = {"at": self.formatTime(record), "level": record.levelname, "from": record.name}
        if record.exc_info:
            extra["trace"] = self.formatException(record.exc_info)
        return json.dumps(line | {"event": record.getMessage()} | extra, default=str)


class TextLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told = " ".join(f"{key}={value}" for key, value in extras(record).items())
        line = f"{self.formatTime(record, '%H:%M:%S')} {record.levelname:<7} {record.getMessage()}"
        trace = f"\n{self.formatException(record.exc_info)}" if record.exc_info else ""
        return f"{line} {told}".rstrip() + trace


def start(form: str, level: int = logging.INFO) -> None:
    """`form` is auto, text or json; auto takes text on a terminal."""
    as_text = form == "text" or (form == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(TextLines() if as_text else JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(least)
