"""Who answers for a key result, from the document into the store."""

from collections.abc import Iterable, Sequence

from bot.okrs import service as okrs
from bot.okrs.exchange.document import KeyResultRow, Part, Path
from bot.okrs.exchange.work import Work
from bot.okrs.service import Ownership
from bot.okrs.tables import KeyResult, KeyResultOwner


async def store(work: Work, told: KeyResultRow, row: KeyResult, path: Path) -> bool:
    """Whoever is no longer written is no longer an owner. True when anything changed."""
    if not told.gives("owner") and not told.gives("co_owners"):
        return False
    held = [
        Ownership(one.member_id, one.function, one.accountable)
        for one in work.owners.get(row.id, ())
    ]
    first = [one for one in held if one.accountable]
    if told.gives("owner"):
        first = _owners(work, row, [told.owner] if told.owner else [], held, accountable=True)
    others = [one for one in held if not one.accountable]
    if told.gives("co_owners"):
        others = _owners(work, row, told.co_owners or [], held, accountable=False)
        ids = [one.member_id for one in (*first, *others)]
        if len(set(ids)) < len(ids):
            work.fault((*path, "co_owners"), "name somebody who owns it already")
    wanted = list({one.member_id: one for one in (*others, *first)}.values())
    wanted.sort(key=lambda one: not one.accountable)
    if set(held) == set(wanted):
        return False
    if held:
        await okrs.set_owners(work.session, row, wanted)
    else:
        _add(work, row, wanted)
    return True


def _owners(
    work: Work,
    row: KeyResult,
    parts: Sequence[Part],
    held: Sequence[Ownership],
    *,
    accountable: bool,
) -> list[Ownership]:
    """Without a function written, it is the one held so far, else the one in the team."""
    so_far = {one.member_id: one.function for one in held}
    found = []
    for one in parts:
        member = work.members[one.user]
        in_team = work.functions.get((row.team_id, member.id))
        usual = so_far.get(member.id, in_team.function if in_team else "")
        function = usual if one.function is None else one.function
        found.append(Ownership(member.id, function, accountable))
    return found


def _add(work: Work, row: KeyResult, wanted: Iterable[Ownership]) -> None:
    work.session.add_all(
        KeyResultOwner(
            workspace_id=work.workspace_id,
            key_result_id=row.id,
            member_id=one.member_id,
            function=one.function,
            accountable=one.accountable,
        )
        for one in wanted
    )
