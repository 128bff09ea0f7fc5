"""The colours of the digest's picture. Everything that is read has 4.5:1 against `PAPER`."""

PAPER = "#fbfaf7"
INK = "#1d1c1d"
QUIET = "#5c5c62"
GRID = "#d8d6cf"
EXPECTED = "#3b5fa8"
FAN = "#c9d6f0"
LIMIT = "#7a3e9d"
CONFIDENCE = "#0b6e75"
TODAY = "#8a8780"
STATES = {"green": "#1a6b3c", "amber": "#8a5a00", "red": "#b3261e", "grey": "#5c5c62"}
MARKS = {"green": "✔", "amber": "!", "red": "✖", "grey": "?"}  # a state is more than its colour
READ = (INK, QUIET, EXPECTED, LIMIT, CONFIDENCE, *STATES.values())
