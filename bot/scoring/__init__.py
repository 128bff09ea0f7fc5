"""Scoring: what an answer to a drill is worth, with the words that earned it."""
