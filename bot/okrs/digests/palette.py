"""The colours of the digest's picture, beside those of every picture.

Everything that is read has 4.5:1 against `PAPER`.
"""

from bot.palette import INK, QUIET

EXPECTED = "#3b5fa8"
FAN = "#c9d6f0"
LIMIT = "#7a3e9d"
CONFIDENCE = "#0b6e75"
STATES = {"green": "#1a6b3c", "amber": "#8a5a00", "red": "#b3261e", "grey": "#5c5c62"}
MARKS = {"green": "✔", "amber": "!", "red": "✖", "grey": "?"}  # a state is more than its colour
READ = (INK, QUIET, EXPECTED, LIMIT, CONFIDENCE, *STATES.values())
