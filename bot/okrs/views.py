"""What every OKR screen may have to say. Pure."""

from bot.slack.blocks import clip, escape

MISTAKES = {
    "bad_number": "I cannot read “{given}” as one number. Write it like 8.1 or 1,200.",
    "huge_number": "“{given}” is larger than I can keep. Count in thousands or millions.",
    "bad_weight": "I cannot read “{given}” as a weight. Write a line like `Built | 2`.",
    "same_twice": "“{given}” stands here twice. Call one of them something else.",
    "too_many": "Name at most {most}.",
    "too_long": "Keep each line under {most} characters.",
    "few_zones": "Name at least two, the worst first.",
    "bad_point": "I cannot read “{given}”. Write a date and a share, like 2027-02-15 40 %.",
    "point_outside": "{given} is no day of this cycle.",
    "points_order": "Put the dates in order; the share must not fall.",
    "no_points": "Say how far it should be by when, a line each, like {example}.",
    "stale_goal": "This button belongs to an older message. `/okr edit` and `/okr tree` show what "
    "there is now.",
    "stale_form": "This form belongs to an older version, so nothing was changed. Open it again to "
    "go on.",
    "no_such_team": "This team is no longer here. `/okr team` lists the teams there are.",
    "no_such_cycle": "This cycle is no longer here. `/okr edit` lists those there are.",
    "no_such_objective": "This objective is no longer here. `/okr edit` lists those there are.",
    "no_such_key_result": "This key result is no longer here. `/okr edit` lists those there are.",
    "not_in_team": "Only people of the team can add to its goals. Its lead adds you with "
    "`/okr team`.",
    "not_yours": "Only the accountable owner, the team’s lead or an admin can change this. "
    "Ask one of them: nothing was changed.",
}


def place_words(team: str, cycle: str) -> str:
    """A team's cycle as it stands in a sentence: *Checkout, 2027-Q1*."""
    return f"{escape(clip(team, 150))}, {escape(clip(cycle, 60))}"
