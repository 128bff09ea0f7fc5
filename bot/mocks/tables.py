"""Who wants mock interviews, the weeks' rounds, who met whom, and what came of it.

Instants are the calendar's, `next_try_at` of a round aside.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, document, words
from bot.work import Work


class MockProfile(Base):
    """What a member wants of mock interviews; `joined_at` is None while they want none."""

    __tablename__ = "mock_profiles"
    __table_args__ = (
        Index("ix_mock_profiles_joined", "workspace_id", "joined_at"),
        {"info": {"erase": "delete"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), unique=True)
    rhythm: Mapped[str] = words("keep", default="weekly")  # weekly, fortnightly, on_request
    # [["Mon", "18:00", "20:00"], …] on the member's own clock; none runs over midnight
    windows: Mapped[list[Any]] = document("keep", default=list)
    level: Mapped[int | None]  # 1 to 5; None: not said
    tracks: Mapped[list[Any]] = document("keep", default=list)  # interview types; none: any
    joined_at: Mapped[datetime | None]
    wanted_week: Mapped[date | None]  # the Monday of a week asked for, whatever the rhythm
    skipped_week: Mapped[date | None]  # the Monday of a week left out
    silent_rounds: Mapped[int] = mapped_column(default=0)  # running, with a partner and no word
    resting: Mapped[bool] = mapped_column(default=False)  # until the member calls


class MockExclusion(Base):
    """A member who is not to be paired with another. It holds both ways; the other never learns."""

    __tablename__ = "mock_exclusions"
    __table_args__ = (
        UniqueConstraint("member_id", "other_id"),
        Index("ix_mock_exclusions_other", "other_id"),
        {"info": {"erase": "delete"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    kind: Mapped[str] = words("keep", default="do_not_pair")  # or manager_or_report


class MockRound(Work):
    """A week of mock interviews of one workspace.

    `next_at` is when the clock moves it on: to the matching, then to the week's end. A lease
    (`next_try_at`) means that who is on standby is to be matched.
    """

    __tablename__ = "mock_rounds"
    __table_args__ = (UniqueConstraint("workspace_id", "week"),)

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    week: Mapped[date]  # its Monday
    seed: Mapped[int]
    state: Mapped[str] = words("keep", default="open")  # open, running, closed
    matches_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    next_at: Mapped[datetime | None] = mapped_column(index=True)


class MockEntry(Base):
    """Somebody eligible in a round, and whether they have a partner."""

    __tablename__ = "mock_entries"
    __table_args__ = (
        UniqueConstraint("round_id", "member_id"),
        Index("ix_mock_entries_state", "round_id", "state"),
        Index("ix_mock_entries_member", "member_id"),
        {"info": {"erase": "delete"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("mock_rounds.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    state: Mapped[str] = words("keep", default="standby")  # standby, seated, done, out
    reason: Mapped[str] = words("keep", default="")  # why they have nobody, a code
    first: Mapped[bool] = mapped_column(default=False)  # lost a partner: comes before others
    told_at: Mapped[datetime | None]  # when they were told that nobody was found


class MockGroup(Base):
    """Two or three who are to meet, when, and what came of it.

    `reveal_at` is when the marks are opened at the latest; None: none were given, or they are
    open.
    """

    __tablename__ = "mock_groups"
    __table_args__ = (Index("ix_mock_groups_round", "round_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("mock_rounds.id"))
    state: Mapped[str] = words("keep", default="proposed")  # `rules.GroupState`
    rematch: Mapped[bool] = mapped_column(default=False)
    track: Mapped[str] = words("keep")  # the interview type
    weight: Mapped[float]
    why: Mapped[list[Any]] = document("keep", default=list)  # `rules.Reason`s as JSON
    slots: Mapped[list[Any]] = document("keep", default=list)  # starts, UTC, ISO 8601
    agreed_at: Mapped[datetime | None]  # the start that all agreed on
    changes: Mapped[int] = mapped_column(
        default=0
    )  # of the agreed time; the calendar file's SEQUENCE
    tell_at: Mapped[datetime]
    # the group message's, once it is told; "": told alone by direct messages
    channel: Mapped[str | None] = words("keep")
    ended_at: Mapped[datetime | None]  # when its outcome was settled
    reveal_at: Mapped[datetime | None] = mapped_column(index=True)
    revealed_at: Mapped[datetime | None]


class MockSeat(Base):
    """One person of a group. Nobody has two seats of a round at a time.

    `turn` 0 interviews first, 1 next. `ask_at` and `remind_at` are when the clock asks for the
    outcome and reminds of the marks.
    """

    __tablename__ = "mock_seats"
    __table_args__ = (
        UniqueConstraint("group_id", "member_id"),
        Index(
            "uq_mock_seats_taken",
            "round_id",
            "member_id",
            unique=True,
            sqlite_where=text("left_at is null"),
            postgresql_where=text("left_at is null"),
        ),
        Index("ix_mock_seats_member", "member_id"),
        {"info": {"erase": "delete"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("mock_rounds.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("mock_groups.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    turn: Mapped[int]
    role: Mapped[str] = words("keep")  # in the first turn: interviewer, candidate, observer
    kit_id: Mapped[str] = words("keep")  # what this person asks when it is their turn
    kit_version: Mapped[int]
    fits: Mapped[list[Any]] = document("keep", default=list)  # slots that suit this person
    touched_at: Mapped[datetime | None]  # their last press or word about this group
    outcome: Mapped[str | None] = words("keep")  # `rules.Outcome`, as this person says
    absent_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))  # who did not come
    ask_at: Mapped[datetime | None] = mapped_column(index=True)
    asked: Mapped[int] = mapped_column(default=0)  # how often
    marked_at: Mapped[datetime | None]  # when their form came
    remind_at: Mapped[datetime | None] = mapped_column(index=True)
    left_at: Mapped[datetime | None]  # gone from the group, or the group has come apart


class MockSolo(Work):
    """A mock interview with the bot: it runs a kit by the clock in a thread, then marks it.

    A lease (`next_try_at`) means that what the member wrote is to be marked.
    """

    __tablename__ = "mock_solos"
    __table_args__ = (
        Index("ix_mock_solos_member", "member_id", "started_at"),
        {"info": {"erase": "delete"}},
    )

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    kit_id: Mapped[str] = words("keep")
    kit_version: Mapped[int]
    state: Mapped[str] = words("keep", default="offered")  # `solo.rules.State`
    privacy: Mapped[bool] = mapped_column(default=False)  # the message says who may read it
    offered_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]  # when the kit's minutes are over
    step: Mapped[int] = mapped_column(default=0)  # cues said or passed so far
    next_at: Mapped[datetime | None] = mapped_column(index=True)  # when the next cue is due
    ended_at: Mapped[datetime | None]  # by the clock, or earlier by *Done*
    late: Mapped[bool] = mapped_column(default=False)  # some of it came after `ends_at`
    revision: Mapped[int] = mapped_column(default=0)  # grows with every change of what is marked
    scored: Mapped[int] = mapped_column(default=0)  # the revision that the card shows


class MockSoloMessage(Base):
    """One message that the member wrote in the thread of a solo mock, as it stands after edits."""

    __tablename__ = "mock_solo_messages"
    __table_args__ = (
        UniqueConstraint("workspace_id", "channel", "ts"),
        Index("ix_mock_solo_messages_solo", "solo_id"),
        {"info": {"erase": "delete"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    solo_id: Mapped[int] = mapped_column(ForeignKey("mock_solos.id"))
    channel: Mapped[str] = words("keep")
    ts: Mapped[str] = words("keep")
    edited_ts: Mapped[str] = words("keep", default="")
    text: Mapped[str] = words("erase")
    deleted: Mapped[bool] = mapped_column(default=False)
    counts: Mapped[bool] = mapped_column(default=True)  # False: written when it was over
    at: Mapped[datetime]  # calendar


class MockWeights(Base):
    """What a workspace has changed of `mocks/weights.toml`, and who did."""

    __tablename__ = "mock_weights"

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"), unique=True)
    changed: Mapped[dict[str, Any]] = document("keep", default=dict)  # {table: {name: number}}
    by: Mapped[str] = words("keep")  # Slack's user id
    at: Mapped[datetime]
