"""How fast Slack may be called: per method and workspace, per channel, and when it said wait.

Tiers are Slack's (docs.slack.dev/apis/web-api/rate-limits), in calls a minute. State lives in
the process; several replicas each keep to it and Slack's `Retry-After` settles the rest.
"""

import asyncio
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
POSTS = 480  # "several hundred messages per minute" a workspace
METHODS = {
    "chat.postMessage": POSTS,
    "chat.update": TIERS[3],
    "chat.delete": TIERS[3],
    "chat.postEphemeral": TIERS[4],
    "conversations.open": TIERS[3],
    "conversations.history": TIERS[3],
    "conversations.replies": TIERS[3],
    "users.info": TIERS[4],
    "users.list": TIERS[2],
    "views.publish": TIERS[4],
    "files.getUploadURLExternal": TIERS[4],
    "files.completeUploadExternal": TIERS[4],
    "files.info": TIERS[4],
}
CHANNEL_POSTS = 60  # one a second, short bursts allowed
CHANNEL_BURST = 5.0
KEPT_FOR_ANSWERS = 0.25  # share of a bucket that only answers may use
SLOWED, REGAINED, LEAST = 0.7, 0.002, 0.1  # what a refusal leaves, a call regains, the floor
MANY = 10_000  # buckets; beyond it the full ones, which say nothing, are dropped


@dataclass
class Bucket:
    """A token bucket: `a_minute` tokens flow in, at most `burst` are held."""

    a_minute: float
    burst: float
    tokens: float
    seen: float  # seconds on the loop's clock
    blocked_until: float = 0.0
    share: float = 1.0  # of the rate; Slack's refusals lower it, calls that go through raise it

    def wait(self, now: float, kept: float) -> float:
        """Seconds until a call may go while `kept` tokens stay; 0 when it may go now."""
        rate = self.a_minute * self.share / 60
        self.tokens = min(self.burst, self.tokens + max(now - self.seen, 0.0) * rate)
        self.seen = max(now, self.seen)
        blocked = max(self.blocked_until - now, 0.0)
        missing = 1 + kept - self.tokens
        lacking = missing / rate if missing > 1e-6 else 0.0
        return blocked + lacking if blocked else lacking


@dataclass
class Pacer:
    """One for the process. All waits are in seconds on the event loop's clock.

    `times` is how many times Slack's limits are allowed; only a local workspace, which has none,
    may be given more than one.
    """

    times: float = 1.0
    _buckets: dict[tuple[int, str], Bucket] = field(default_factory=dict)

    async def turn(
        self,
        workspace: int,
        method: str,
        channel: str = "",
        *,
        answer: bool = False,
        within: float = math.inf,
    ) -> float:
        """Return 0 when this call may be made; answers may use what others must leave.

        When that takes longer than `within` seconds, no turn is taken and the seconds still to
        wait are returned.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        wait = self.take(workspace, method, channel, loop.time(), answer=answer)
        while wait > 0 and loop.time() + wait <= end:
            await asyncio.sleep(wait)
            wait = self.take(workspace, method, channel, loop.time(), answer=answer)
        return wait

    def take(self, workspace: int, method: str, channel: str, now: float, *, answer: bool) -> float:
        """Take one turn and return 0, or take none and return the seconds to wait."""
        buckets = [self._bucket(workspace, method, now)]
        if channel and method == "chat.postMessage":
            buckets.append(self._bucket(workspace, channel, now))
        kept = 0.0 if answer else buckets[0].burst * KEPT_FOR_ANSWERS
        wait = max(bucket.wait(now, kept if bucket is buckets[0] else 0.0) for bucket in buckets)
        if wait <= 0:
            for bucket in buckets:
                bucket.tokens -= 1
                bucket.share = min(1.0, bucket.share + REGAINED)
        return wait

    @contextmanager
    def hurried(self, times: float) -> Iterator[None]:
        """So many times faster while the block runs: weeks of a rehearsal pass in seconds."""
        before, self.times = self.times, times
        self._buckets.clear()
        try:
            yield
        finally:
            self.times = before
            self._buckets.clear()

    def refused(self, workspace: int, method: str, retry_after: float) -> None:
        """Slack said wait: nobody calls this method for this workspace before then."""
        now = asyncio.get_running_loop().time()
        bucket = self._bucket(workspace, method, now)
        if now >= bucket.blocked_until:  # calls that were in the air together count once
            bucket.share = max(bucket.share * SLOWED, LEAST)
        bucket.blocked_until = max(bucket.blocked_until, now + retry_after)
        bucket.tokens, bucket.seen = 0.0, bucket.blocked_until  # and no burst afterwards

    def _bucket(self, workspace: int, name: str, now: float) -> Bucket:
        key = (workspace, name)
        if key not in self._buckets:
            if len(self._buckets) > MANY:
                self._forget(now)
            known = name in METHODS or "." in name
            a_minute = METHODS.get(name, TIERS[3]) if known else CHANNEL_POSTS
            burst = (max(a_minute / 6, 2.0) if known else CHANNEL_BURST) * self.times
            self._buckets[key] = Bucket(a_minute * self.times, burst, burst, now)
        return self._buckets[key]

    def _forget(self, now: float) -> None:
        idle = [
            key for key, one in self._buckets.items() if now - max(one.seen, one.blocked_until) > 60
        ]
        for key in idle:
            del self._buckets[key]
