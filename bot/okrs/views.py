"""What every OKR screen may have to say: refusals of `bot/okrs/service.py`. Pure."""

MISTAKES = {
    "bad_number": "I cannot read “{given}” as one number. Write it like 8.1 or 1,200.",
    "huge_number": "“{given}” is larger than I can keep. Count in thousands or millions.",
    "no_such_team": "This team is no longer here. `/okr team` lists the teams there are.",
    "no_such_cycle": "This cycle is no longer here. `/okr edit` lists those there are.",
    "no_such_objective": "This objective is no longer here. `/okr edit` lists those there are.",
    "no_such_key_result": "This key result is no longer here. `/okr edit` lists those there are.",
    "not_in_team": "Only people of the team can add to its goals. Its lead adds you with "
    "`/okr team`.",
    "not_yours": "Only the accountable owner, the team’s lead or an admin can change this. "
    "Ask one of them: nothing was changed.",
}
