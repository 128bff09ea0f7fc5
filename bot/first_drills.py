"""What the people of a fresh sandbox answered before its first morning.

{person: {drill: the messages of the answer}}. Until that morning the bank is cut down to these
drills (`few`), so what is answered does not hang on what else `content/` holds.
"""

from dataclasses import replace
from types import MappingProxyType

from bot.content import Content

Answers = dict[str, tuple[str, ...]]

# Ana is clear and quick, and decides before she has weighed anything: her trade-offs come out low.
ANA: Answers = {
    "blood-bank-north-star": (
        "I would put the share of requested units that arrive within six hours on the wall: 1,488 "
        "of 2,400 in October, so 62%. The board wants one number that says a patient got blood in "
        "time; I assume that six hours is what a ward can wait. Beside it I keep expired units, "
        "234 now, with a limit of 8%. First Kwame checks the 912 late or missing units by blood "
        "group until 12 December. Then we measure in January without a target, and from February "
        "we go for 75% by June. He reports every Monday.",
    ),
    "reading-app-guardrails": (
        "Switch autoplay off this week and do not roll anything out. The ministry really wants "
        "children who read better, and minutes only stand in for that; I assume the quiz measures "
        "it fairly. Guardrails: quiz at least 69%, stories finished at least 1.9 per child, "
        "minutes after 21:00 under 8%. On Monday Mira turns autoplay off in all 30 schools. Badges "
        "stay in 15 of them for four weeks, and the quiz is read every Friday. If a limit is "
        "broken two weeks in a row, Mira turns the badges off the same day.",
    ),
    "warehouse-robots-early-sign": (
        "Take rescues per 100 missions, not certificates. We need a sign at month three of who "
        "will leave at month twelve, early enough to help; I assume the 60 contracts are like the "
        "last 40. Of the sites up to 4 rescues 26 of 28 renewed, over 4 only 5 of 12. With "
        "certificates it is 80% against 70%, so I drop them, and the training team will not like "
        "it. By Friday "
        "Jin puts the rescue rate of all 60 sites on one page. Every site over 4 gets a visit "
        "within ten days, and we want half of them under 4 by June.",
    ),
}
DEV: Answers = {
    "everyone-sends-the-photo": (
        "WhatsApp is the weakest channel, so I would not move the radio budget. The WHERE on "
        "permits throws out everybody without an accepted photo, and that is why each channel "
        "shows 100%. With the condition in the join it is 84% for agents, 72% for radio and 42% "
        "for WhatsApp. I take conversion to mean that somebody who started ends up with an "
        "accepted permit. I would first ask what a start costs in each channel: if WhatsApp is "
        "cheaper than half of radio, it wins again. Next I send the mended query to marketing "
        "today, and on Friday we add the costs.",
        "```SELECT s.channel,\n"
        "       COUNT(DISTINCT s.user_id) AS started,\n"
        "       COUNT(DISTINCT p.user_id) AS accepted,\n"
        "       ROUND(100.0 * COUNT(DISTINCT p.user_id) / COUNT(DISTINCT s.user_id), 1) AS pct\n"
        "FROM started s\n"
        "LEFT JOIN permits p ON p.user_id = s.user_id AND p.accepted = 1\n"
        "GROUP BY s.channel\n"
        "ORDER BY pct DESC```",
    ),
}
BEN: Answers = {
    "no-to-a-generous-donor": (
        "Akinyi, I have to say no to the chat assistant. I think you want your guests to see the "
        "gift at work. Only about one farmer in five has a smartphone, and my two developers are "
        "busy with the planting messages, which nobody can have late. I could show you a phone "
        "number that any farmer can ring instead. I will send you a page about it on Friday.",
    ),
}
ANSWERS: dict[str, Answers] = {"U0ANA": ANA, "U0DEV": DEV, "U0BEN": BEN}


def few(content: Content) -> Content:
    """The content with the drills that somebody has an answer for; all when it has none of them."""
    wanted = {drill_id for answers in ANSWERS.values() for drill_id in answers}
    drills = {name: drill for name, drill in content.drills.items() if name in wanted}
    return replace(content, drills=MappingProxyType(drills)) if drills else content
