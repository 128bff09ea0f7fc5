"""How fast Slack may be called: per method and workspace, per channel, and when it said wait.

Tiers are Slack's (docs.slack.dev/apis/web-api/rate-limits), in calls a minute. State lives in
the process; several replicas each keep to it and Slack's `Retry-After` settles the rest.
"""

import asyncio
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
MANY = 10_000  # buckets; beyond it the full ones, which say nothing, are dropped


@dataclass
class Bucket:
    """A token bucket: `a_minute` tokens flow in, at most `burst` are held."""

    a_minute: float
    burst: float
    tokens: float
    seen: float  # seconds on the loop's clock
    blocked_until: float = 0.0

    def wait(self, now: float, kept: float) -> float:
        """Seconds until a call may go while `kept` tokens stay; 0 when it may go now."""
        rate = self.a_minute / 60
        self.tokens = min(self.burst, self.tokens + (now - self.seen) * rate)
        self.seen = now
        lacking = max(0.0, 1 + kept - self.tokens) / rate
        return max(lacking, self.blocked_until - now, 0.0)


@dataclass
class Pacer:
    """One for the process. All waits are in seconds on the event loop's clock."""

    _buckets: dict[tuple[int, str], Bucket] = field(default_factory=dict)

    async def turn(
        self, workspace: int, method: str, channel: str = "", *, answer: bool = False
    ) -> None:
        """Return when this call may be made; answers may use what others must leave."""
        loop = asyncio.get_running_loop()
        wait = self.take(workspace, method, channel, loop.time(), answer=answer)
        while wait > 0:
            await asyncio.sleep(wait)
            wait = self.take(workspace, method, channel, loop.time(), answer=answer)

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
        return wait

    def refused(self, workspace: int, method: str, retry_after: float) -> None:
        """Slack said wait: nobody calls this method for this workspace before then."""
        now = asyncio.get_running_loop().time()
        bucket = self._bucket(workspace, method, now)
        bucket.blocked_until = max(bucket.blocked_until, now + retry_after)
        bucket.tokens = 0.0

    def _bucket(self, workspace: int, name: str, now: float) -> Bucket:
        key = (workspace, name)
        if key not in self._buckets:
            if len(self._buckets) > MANY:
                self._forget(now)
            known = name in METHODS or "." in name
            a_minute = METHODS.get(name, TIERS[3]) if known else CHANNEL_POSTS
            burst = max(a_minute / 6, 2.0) if known else CHANNEL_BURST
            self._buckets[key] = Bucket(a_minute, burst, burst, now)
        return self._buckets[key]

    def _forget(self, now: float) -> None:
        idle = [key for key, one in self._buckets.items() if now - one.seen > 60]
        for key in idle:
            del self._buckets[key]
