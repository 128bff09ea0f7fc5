"""`python -m bot.sandbox`: the local Slack alone, for any Bolt app."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from bot.sandbox.server import SlackServer


async def serve(port: int, data: Path | None) -> None:
    """Serve until SIGINT or SIGTERM; prints what an app needs to find its way."""
    server = SlackServer(data)
    await server.start(port)
    app = server.state.app
    sys.stdout.write(
        f"{server.url}\n"
        f"SLACK_API_URL={server.api_url}\n"
        f"SLACK_BOT_TOKEN={app.bot_token}\n"
        f"SLACK_APP_TOKEN={app.app_token}\n"
        f"SLACK_SIGNING_SECRET={app.signing_secret}\n"
    )
    sys.stdout.flush()
    ended = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, ended.set)
    await ended.wait()
    await server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description="A local Slack workspace for any Bolt app.")
    parser.add_argument("--port", type=int, default=8100, help="0 takes a free one")
    parser.add_argument("--data", type=Path, help="the folder that keeps the workspace")
    given = parser.parse_args()
    asyncio.run(serve(given.port, given.data))


if __name__ == "__main__":
    main()
