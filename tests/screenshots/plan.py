"""A plan to an interview: Home, its picture, a blitz, a query, a clip, and the monthly letter."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import Page

from tests.screenshots.answers import answer_to
from tests.screenshots.camera import DIALOG, Camera, from_the_top, row_of
from tests.screenshots.workspace import Json, Workspace, rule_of

DEV = "U0DEV"
BLITZ = "drill.blitz"
NEW = ("drill.daily", "drill.now")
# Each order counted once for every ring, as the drill warns.
QUERY = (
    "SELECT o.zone, COUNT(*) AS orders, SUM(o.amount) AS revenue,\n"
    "       COUNT(a.order_id) AS rings\n"
    "FROM orders o\n"
    "LEFT JOIN delivery_attempts a ON a.order_id = o.id\n"
    "GROUP BY o.zone\n"
    "ORDER BY revenue DESC"
)


async def plan(workspace: Workspace, shots: Camera, direct: str) -> None:
    """What a plan of five weeks looks like to Ana; the query is Dev's."""
    await laid_out(workspace, shots, direct)
    await blitz(workspace, shots, direct)
    await aloud(workspace, shots, direct)
    await query(workspace.of(DEV), shots)


async def laid_out(workspace: Workspace, shots: Camera, direct: str) -> None:
    """The timeline and the grid in Home, and the plan as a picture."""
    head = "#tab-view h3:text-is('Your plan')"
    await shots.take("plan-home", "home", head, from_the_top(head))
    grid = "#tab-view h3:text-is('Progress')"
    await shots.take("plan-grid", "home", grid, from_the_top(grid))
    await press_home(workspace, "plans.timeline")
    drawn = await picture(workspace, direct, "plan")
    row = row_of(drawn)
    await shots.take("plan-timeline", direct, f"{row} img", from_the_top(row))
    file = f"sandbox/file/{drawn['files'][0]['id']}?as={workspace.me}"
    await shots.take_file("plan", file, 640)


async def picture(workspace: Workspace, direct: str, name: str) -> Json:
    """The message with the newest picture whose file begins like this."""
    return await workspace.message(
        f"channel={direct}",
        lambda one: any(file["name"].startswith(name) for file in one.get("files", ())),
    )


async def press_home(workspace: Workspace, action_id: str) -> None:
    view = (await workspace.ask("home", tab="home"))["view"]
    await workspace.ask("action", view_id=view["id"], action_id=action_id)


async def blitz(workspace: Workspace, shots: Camera, direct: str) -> None:
    """Three drills of a blitz, from the first to the closing card of the last."""
    await workspace.ask("command", channel=direct, text="/drill blitz")
    last = ""
    for number in (1, 2, 3):
        drill = await new_drill(workspace, direct, last, (BLITZ,))
        last = drill["ts"]
        closing = await practised(workspace, direct, drill, answer_to(drill))
        if number < 3:
            await workspace.ask(
                "action", channel=direct, ts=closing["ts"], action_id="drills.blitz"
            )
    row = row_of(closing, "#thread")
    await shots.take("blitz", f"{direct}/{last}", row, from_the_top(row))


async def new_drill(
    workspace: Workspace, direct: str, after: str, rules: tuple[str, ...] = NEW
) -> Json:
    return await workspace.message(
        f"channel={direct}", lambda one: rule_of(one) in rules and one["ts"] > after
    )


async def practised(workspace: Workspace, direct: str, drill: Json, text: str) -> Json:
    """Answer a drill and go through to its closing card, without probe and retake."""
    ts = drill["ts"]
    thread = f"channel={direct}&thread_ts={ts}"
    await workspace.ask("post", channel=direct, thread_ts=ts, text=text)
    await workspace.message(thread, lambda one: "Restatement:" in one["text"])
    await workspace.ask("action", channel=direct, ts=ts, action_id="drills.done")
    probe = await workspace.message(thread, lambda one: rule_of(one) == "drill.probe")
    await workspace.ask("action", channel=direct, ts=probe["ts"], action_id="drills.finish")
    return await workspace.message(thread, lambda one: rule_of(one) == "drill.closing")


async def aloud(workspace: Workspace, shots: Camera, direct: str) -> None:
    """A clip, its card, and the form in which its words are corrected."""
    before = await new_drill(workspace, direct, "")
    await workspace.ask("command", channel=direct, text="/drill now")
    drill = await new_drill(workspace, direct, before["ts"])
    ts = drill["ts"]
    await workspace.ask(
        "clip",
        channel=direct,
        thread_ts=ts,
        transcript=answer_to(drill),
        duration_ms=38_000,
        delay=0.2,
    )
    thread = f"channel={direct}&thread_ts={ts}"
    card = await workspace.message(thread, lambda one: "Not counted yet" in str(one))
    row = row_of(card, "#thread")
    await shots.take("voice", f"{direct}/{ts}", row, from_the_top(row))

    async def correct(_page: Page) -> None:
        await workspace.close_all()
        await workspace.ask("action", channel=direct, ts=card["ts"], action_id="voice.correct")

    await shots.take("voice-form", f"{direct}/{ts}", DIALOG, correct)
    await workspace.close_all()
    await workspace.ask("action", channel=direct, ts=card["ts"], action_id="voice.use")
    await workspace.message(thread, lambda one: "Restatement:" in one["text"])


async def query(workspace: Workspace, shots: Camera) -> None:
    """A query in its form with what came of it, and yesterday's in the thread."""
    direct = await workspace.direct()
    done = await workspace.message(
        f"channel={direct}", lambda one: rule_of(one) in NEW and "Puesto Seguro" in one["text"]
    )
    drill = await new_drill(workspace, direct, "")
    if drill["ts"] == done["ts"]:  # no drill came this morning, on a holiday there
        await workspace.ask("command", channel=direct, text="/drill now")
        drill = await new_drill(workspace, direct, done["ts"])

    async def write(page: Page) -> None:
        await workspace.close_all()
        await workspace.ask("action", channel=direct, ts=drill["ts"], action_id="drills.write_sql")
        await page.locator(DIALOG).get_by_label("Query").fill(QUERY)
        await page.locator(f"{DIALOG} >> button:has-text('Run')").click()
        await page.locator(DIALOG).get_by_text("Query:").wait_for()

    await shots.take("sql-form", direct, f"{DIALOG} >> text=not yet", write, DEV)
    await workspace.close_all()
    thread = f"channel={direct}&thread_ts={done['ts']}"
    result = await workspace.message(thread, lambda one: rule_of(one) == "drill.query")
    row = row_of(result, "#thread")
    await shots.take("sql", f"{direct}/{done['ts']}", row, from_the_top(row), DEV)


async def letter(workspace: Workspace, shots: Camera, direct: str) -> None:
    """The letter about this month, which comes on the first practice day of the next.

    In a sandbox of its own: about the three answers that are there.
    """
    await shots.pages["desktop"].goto(f"{shots.url}/#/{workspace.me}/{direct}")
    await shots.pages["phone"].goto(f"{shots.url}/#/{workspace.me}/{direct}")
    await shots.press("#tour button:has-text('Close')")
    now = datetime.fromisoformat((await workspace.ask("clock"))["now"])
    following = (now.astimezone(UTC).replace(day=1) + timedelta(days=32)).replace(day=1)
    free = f"{now + timedelta(days=1):%Y-%m-%d}..{following - timedelta(days=1):%Y-%m-%d}"
    await workspace.ask("command", channel=direct, text=f"/drill off {free}")
    # It comes at 16:00 in Madrid, which is one of the two; its picture is drawn right after it.
    hours = [timedelta(days=day, hours=hour, minutes=5) for day in range(7) for hour in (0, 14, 15)]
    for hour in hours:
        at = following.replace(hour=0, minute=0) + hour
        now = datetime.fromisoformat((await workspace.ask("clock"))["now"])
        await workspace.ask("clock", action="advance", seconds=(at - now).total_seconds())
        read = await workspace.ask(f"messages?as={workspace.me}&channel={direct}")
        if any(rule_of(one) == "drill.letter" for one in read["messages"]):
            break
    text = await workspace.message(f"channel={direct}", lambda one: rule_of(one) == "drill.letter")
    drawn = await picture(workspace, direct, "marks")
    sight = f"{row_of(drawn)} img"
    await shots.take("plan-letter", direct, sight, from_the_top(row_of(text)))
    file = f"sandbox/file/{drawn['files'][0]['id']}?as={workspace.me}"
    await shots.take_file("letter", file, 800)
