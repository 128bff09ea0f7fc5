"""The picture of a digest: what it shows, how it reads, and where it is drawn."""

import asyncio
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from bot.errors import ChartFailed
from bot.lettering import compact, fit, width, wrapped
from bot.okrs.digests import chart, palette, rules
from bot.okrs.digests.chart import ALT, PANELS, Picture
from bot.okrs.digests.jobs import PAINTER
from bot.okrs.rules import Curve, Kind, Milestone, Shape, Terms
from bot.palette import PAPER
from bot.pen import Pen
from tests.contrast import contrast
from tests.okrs.listed import ON_PACE, REFUNDS, SALE, Spec, board

STEPS = Terms(Kind.INCREASE, 0, 100, curve=Curve(Shape.STEPS, ((date(2026, 2, 1), 0.5),)))
STAGES = Terms(Kind.ORDINAL, target=2, zones=("Idea", "Beta", "General availability"))
KINDS = (
    Spec("Days from sign-up to first sale", SALE, ON_PACE, [(7,)] * 5 + [(5, 8)], guardrail=2),
    Spec("Refund rate", REFUNDS, (2.1, 2.2, 2.0, 2.4, 2.6, 3.1)),
    Spec("Shops", STEPS, (0, 10, 20, 30, 40, 50)),
    Spec("Redesign", STAGES, (0, 0, 1, 1, 1, 1)),
    Spec("Checklist", Terms(Kind.MILESTONES, milestones=(Milestone("Out"),)), (0, 0, 0, 0)),
    Spec("Replies", Terms(Kind.KEEP_IN_BAND, low=3, high=5), (4, 4, 4, 4, 4, 4)),
    Spec("Load time", Terms(Kind.BASELINE_FIRST), (3.2,)),
    Spec("Never", SALE, ()),
)
ODD = (
    *("", "x" * 4000, "$\\frac{1}$ ^_{}", "新しい店舗が最初の週に販売する割合" * 9),
    *("🚀 النمو हिन्दी", "\n\t\0"),
)


def picture(*specs: Spec) -> Picture:
    told = board(specs)
    made = chart.picture(told, rules.digest(told, None))
    assert made is not None
    return made


def test_a_panel_has_the_lines_of_its_key_result() -> None:
    made = picture(*KINDS)
    sale, refunds, shops, stages, checklist, replies, load, never = made.panels
    assert [height for _, height in sale.readings] == list(ON_PACE)
    assert sale.expected[0] == (0, 9)
    assert sale.expected[-1] == (91, 4)
    assert sale.limits == (4,)
    assert sale.fan is not None
    assert sale.fan[0] < sale.fan[1] < sale.fan[2]
    assert sale.confidence[-1][1] == 6.5
    assert sale.reason == "Its guardrail “Refund rate” is breached."
    assert (refunds.state, refunds.limits, refunds.floor) == ("Off track", (2.5,), False)
    assert refunds.expected == ()
    assert {height for _, height in shops.expected} == {0, 50, 100}
    assert stages.zones[-1] == "General availability"
    assert (checklist.state, checklist.fan) == ("Unknown", None)  # stale: no fan over silence
    assert replies.limits == (3, 5)
    assert (load.expected, load.limits) == ((), ())
    assert (never.readings, never.detail) == ((), "no value yet; from 9 to 4 days")
    assert made.today == pytest.approx(38.375)
    assert [text for _, text in made.ticks] == ["5 Jan", "19 Feb", "5 Apr"]
    assert Picture.from_dict(json.loads(json.dumps(made.to_dict()))) == made


def test_of_many_those_that_changed_are_shown_and_then_the_worst() -> None:
    specs = [Spec(f"Fine {n}", SALE, ON_PACE) for n in range(20)]
    specs[15] = Spec("Far behind", SALE, (9, 9, 9, 9, 9, 9))
    specs[17] = Spec("Better now", SALE, (9, 9, 9, 9, 9, 7))
    told = board(specs)
    made = chart.picture(told, rules.digest(told, board(specs, told.at.replace(day=5))))
    assert made is not None
    shown = [one.title for one in made.panels]
    assert len(shown) == PANELS
    assert {"Far behind", "Better now"} <= set(shown)
    assert made.note == "12 of 20 key results; the rest is in the digest"


def test_nothing_measured_makes_no_picture() -> None:
    told = board([Spec("Never", SALE, ())])
    assert chart.picture(told, rules.digest(told, None)) is None


def test_the_alt_text_has_the_numbers() -> None:
    alt = picture(KINDS[0], KINDS[1]).alt
    assert alt.startswith("Checkout, 2026-Q1. Days from sign-up to first sale: 7 days, at risk.")
    assert "lands at" in alt
    assert "Confidence 6.5 of 10." in alt
    assert "Refund rate: 3.1\xa0%, off track. Its level is not held." in alt


@pytest.mark.parametrize("count", [1, 5, 12, 40])
def test_the_alt_text_names_everything_shown_within_slacks_limit(count: int) -> None:
    made = picture(*(replace(KINDS[0], title=f"{n} " + "long title " * 30) for n in range(count)))
    assert len(made.alt) <= ALT
    assert all(one.title[:12] in made.alt for one in made.panels)


@pytest.mark.parametrize("colour", palette.READ)
def test_everything_read_has_contrast(colour: str) -> None:
    assert contrast(PAPER, colour) >= 4.5


def test_a_state_is_more_than_its_colour() -> None:
    assert len(set(palette.MARKS.values())) == len(palette.MARKS) == len(palette.STATES) == 4


@pytest.mark.parametrize("text", ODD)
def test_titles_fit(text: str) -> None:
    for most in (1, 8, 40):
        assert width(fit(text, most)) <= most
        rows = wrapped(text, most)
        assert len(rows) <= 2
        assert all(width(row) <= most for row in rows if most > 1)


def test_a_long_reason_is_wrapped_and_cut_at_a_word() -> None:
    long = "Its guardrail “Refund rate of orders sent through the new checkout” has no fresh value."
    assert " ".join(wrapped(long, 48)) == long
    assert fit(long, 48) == "Its guardrail “Refund rate of orders sent…"
    assert wrapped(long, 30)[1] == "orders sent through the new…"
    assert fit("x" * 60, 48) == "x" * 47 + "…"  # one long word


def test_an_axis_is_short() -> None:
    told = [compact(one) for one in (0, 99.95, -1200, 12_500, 3e6, 2.5e9)]
    assert told == ["0", "99.95", "−1,200", "12.5k", "3M", "2.5bn"]


# --- drawn ----------------------------------------------------------------------------------------


async def test_a_process_draws_is_replaced_when_it_dies_and_ends() -> None:
    odd = [replace(KINDS[n % len(KINDS)], title=title) for n, title in enumerate(ODD)]
    async with Pen(PAINTER) as pen:
        pictures = [await pen.draw(picture(KINDS[0]).to_dict())]
        os.kill(pen.pid or 0, 9)
        with pytest.raises(ChartFailed):
            await pen.draw(picture(KINDS[0]).to_dict())
        pictures += [await pen.draw(picture(*KINDS, *odd).to_dict())]
        pid = pen.pid
        assert pid is not None
    assert not Path(f"/proc/{pid}").exists()
    for png in pictures:
        with Image.open(io.BytesIO(png)) as shown:
            assert shown.format == "PNG"
            assert shown.width > shown.height
            corner = shown.convert("RGBA").getpixel((1, 1))
        assert corner == (0xFB, 0xFA, 0xF7, 255)  # a ground of its own in every theme
        assert len(png) < 1_000_000


async def test_a_process_that_hangs_is_ended() -> None:
    async with Pen(PAINTER, longest=0.01) as pen:
        with pytest.raises(ChartFailed):
            await pen.draw(picture(KINDS[0]).to_dict())
        assert pen.pid is None
    await asyncio.sleep(0)


def test_the_bot_itself_never_loads_matplotlib() -> None:
    asked = "import sys, bot.app; print(*(one in sys.modules for one in ('matplotlib', 'numpy')))"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "False"]
