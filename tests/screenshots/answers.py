"""What Ana says on her first morning and after, by words of the drill's own."""

from tests.screenshots.workspace import Json

ANSWERS = {
    "book sports pitches": (
        "I would build the closure text first, then card payment, and keep two weeks free. The "
        "real goal is fewer calls for the desk and for clubs before winter, and I count only calls "
        "saved in a year; te reo stands apart, it is a promise. I assume the estimates are honest. "
        "Per week of work the text saves 1,300 calls, card and map 650 "
        "each, the login about 120. Text and card save 7,800 calls a year; the map loses, and so "
        "do clubs that search on the phone. I would take the map instead if the bank needed "
        "longer than eight weeks. The te reo promise I do not rank by calls: I go to the Māori "
        "partnership team this week and give them a date in the next plan. Hana reports closure "
        "calls every Friday; if they have not fallen by a third by 10 April, we stop and look."
    ),
    "reading app": (
        "I would stop the autoplay this week and keep the badges for a second test. The goal "
        "behind the 45 minutes is that children read more and understand it; I assume the quiz is "
        "a fair check of that. Guardrails: finished stories at least 1.9 per child, quiz no more "
        "than 2 points below 71%, late reading under 8%. Keeping both would hit the target and "
        "lose sleep and comprehension, 8 points in the quiz; dropping both costs us the part that "
        "may work, and the team loses its win. I would flip if the quiz drop vanished with "
        "autoplay off. Next: Mira runs badges alone in 15 schools for four weeks, looks at the "
        "limits every Friday, and turns them off when one is crossed twice."
    ),
    "RedLine": (
        "On the wall goes the share of requested units delivered within six hours: 1,488 of "
        "2,400, so 62%. The board wants one number that says a patient was treated in time; I "
        "assume six hours is what a ward can wait. Registered donors only grow, and 13% of them "
        "gave, so the chair loses a favourite. Units collected is the better rival, but 234 "
        "already expired. My choice costs us control when a hospital asks for more than it uses; "
        "I accept that, and I would flip to supply by blood group if a third of the misses were "
        "rare groups. By 12 December Ama sorts the 912 late units; from February we aim for 75% "
        "by June, with waste under 8%, looked at every Monday."
    ),
    "warehouse robots": (
        "Rescues, not certificates. We need a sign at month three of who leaves at month twelve, "
        "early enough to help; I assume the 60 contracts are like the last 40. By certificate it "
        "is 80% against 70%, by rescues 93% against 42%, so I choose rescues. The training team "
        "loses its measure. The price is a small sample, and sites may stop logging. I would drop "
        "it if sites that we brought under 4 still left. By Friday Jin puts all 60 sites on one "
        "page, and every site over 4 gets a visit within ten days."
    ),
    "firm in Wrocław": (  # said aloud
        "Marta, I would not build the export, um, I would build the mapping screen. What clients "
        "want is a file that their accounts take, and 46 of them ask for that; I assume the "
        "checksum line can wait. The export takes seven weeks for one client worth 378,000, and "
        "two others would use it. The screen takes three weeks and covers about 80 percent. You "
        "can tell them, you know, that a first file to try comes in three weeks."
    ),
}


def answer_to(drill: Json) -> str:
    """The answer to the drill of this message. Raises RuntimeError when there is none."""
    for word, answer in ANSWERS.items():
        if word in drill["text"]:
            return answer
    raise RuntimeError(f"no answer was written for: {drill['text'][:400]}")
