"""The colours that every picture has. What is read has 4.5:1 against `PAPER`."""

PAPER = "#fbfaf7"
INK = "#1d1c1d"
QUIET = "#5c5c62"
GRID = "#d8d6cf"
TODAY = "#8a8780"
