"""Interview drills and OKR rituals in Slack.

How to read this package. Every feature is a folder (people, outbox, scoring, drills, ...) and
in every folder the same file names mean the same thing:

    rules.py      decisions, pure: values in, values out
    tables.py     what is stored, nothing else
    service.py    use cases: load rows, ask rules, write rows; never commits
    views.py      what people see, pure: values in, blocks out
    listeners.py  Slack knocks: parse, one transaction, acknowledge
    jobs.py       the clock knocks: one transaction, or claim, call, record

Arrows point up this list only: listeners and jobs know everything above them, rules know
nothing. `tests/test_architecture.py` holds the exact table. A new feature is a new folder
and a line in `features.py`. `app.py` is the only place where things are built and joined.
"""

__version__ = "0.1.0"
