"""Which workflows kill or hang ComfyUI, and so are run no more: see :mod:`bot.jobs.quarantine_store` for the rule."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TypeAlias, cast

from bot.jobs.audit import add_line
from bot.jobs.audit_store import AuditAction
from bot.jobs.database import Columns, Row, Statements, update
from bot.jobs.ending import TO_END, end_of
from bot.jobs.job import Failed
from bot.jobs.ledger import Ledger
from bot.jobs.quarantine_store import TIMES, WITHIN_SECONDS, Harm, Incident, Quarantined, SetAside
from bot.jobs.store import Topic

Values: TypeAlias = Mapping[str, str]

_KEEP = """
INSERT INTO incidents (prompt_id, happened_at, harm, backend, workflow, fingerprint, choices)
VALUES (:prompt_id, :now, :harm, :backend, :workflow, :fingerprint, :choices)
ON CONFLICT (prompt_id) DO NOTHING
RETURNING prompt_id
"""

_FORGET = "DELETE FROM incidents WHERE happened_at < :now - :seconds"

_RECENT = """
SELECT choices FROM incidents WHERE workflow = :workflow AND fingerprint = :fingerprint ORDER BY happened_at
"""

_COLUMNS = "workflow, fingerprint, option_name, option_value, harm, backend, since"

_OF_WORKFLOW = f"SELECT {_COLUMNS} FROM quarantine WHERE workflow = :workflow"  # noqa: S608  # literals only, here and below

_ALL = f"SELECT {_COLUMNS} FROM quarantine ORDER BY since, workflow, option_name, option_value"  # noqa: S608

_ENDED_WELL = """
SELECT option_values FROM jobs CROSS JOIN graphs USING (sequence)
WHERE state = 'done' AND workflow = :workflow AND fingerprint = :fingerprint
ORDER BY finished_at DESC
LIMIT 100
"""

_SET_ASIDE = f"""
INSERT INTO quarantine ({_COLUMNS})
VALUES (:workflow, :fingerprint, :option, :value, :harm, :backend, :now)
RETURNING {_COLUMNS}
"""  # noqa: S608

_WAITING = """
SELECT id, option_values FROM jobs
WHERE state = 'queued' AND workflow = :workflow AND EXISTS (
    SELECT 1 FROM graphs WHERE graphs.sequence = jobs.sequence AND fingerprint = :fingerprint
)
FOR UPDATE
"""

_RELEASE = """
DELETE FROM quarantine WHERE workflow = :workflow AND fingerprint = :fingerprint
    AND option_name = :option AND option_value = :value
RETURNING workflow
"""

_FORGIVE = "DELETE FROM incidents WHERE workflow = :workflow"


class Quarantine(Ledger):
    async def report_incident(self, incident: Incident) -> SetAside | None:
        found = await self._database.write(partial(_report, incident))
        if found is not None:
            self._wake(Topic.OPERATOR)
            self._wake(Topic.ENDED)
        return found

    async def quarantined(self) -> Sequence[Quarantined]:
        return [_quarantined_of(row) for row in await self._database.read(_ALL)]

    async def release_quarantined(self, quarantined: Quarantined, *, by: int) -> bool:
        released = await self._database.write(partial(_release, quarantined, by))
        if released:
            self._wake(Topic.OPERATOR)
        return released


def suspect(harmful: Sequence[Values], well: Sequence[Values]) -> tuple[str, str] | None:
    """The option and the value that all of ``harmful`` have, jobs that ended well had not, though they had another one.

    None: nothing speaks for a single value.
    """
    first, *others = harmful
    for option, value in first.items():
        shared = all(each.get(option) == value for each in others)
        among_well = [each[option] for each in well if option in each]
        if shared and among_well and value not in among_well:
            return option, value
    return None


def _report(incident: Incident, statements: Statements) -> SetAside | None:
    key: Columns = {"workflow": incident.workflow, "fingerprint": incident.fingerprint}
    statements.lock(f"quarantine of {incident.workflow}")
    statements.run(_FORGET, {"seconds": WITHIN_SECONDS})
    if not statements.run(_KEEP, {**key, **_columns_of(incident)}):
        return None
    known = [_quarantined_of(row) for row in statements.run(_OF_WORKFLOW, {"workflow": incident.workflow})]
    recent = [_values(row["choices"]) for row in statements.run(_RECENT, key)]
    unexplained = [
        each
        for each in recent
        if not any(one.concerns(incident.workflow, incident.fingerprint, each) for one in known)
    ]
    if len(unexplained) < TIMES:
        return None
    well = [_values(row["option_values"]) for row in statements.run(_ENDED_WELL, key)]
    option, value = suspect(unexplained, well) or ("", "")
    what: Columns = {"option": option, "value": value, "harm": incident.harm, "backend": incident.backend}
    (row,) = statements.run(_SET_ASIDE, {**key, **what})
    quarantined = _quarantined_of(row)
    return SetAside(quarantined, _end_waiting(quarantined, key, statements))


def _end_waiting(quarantined: Quarantined, key: Columns, statements: Statements) -> int:
    """Those that are being prepared end when it would be their turn."""
    end, ended = end_of(Failed(quarantined.reason)), 0
    for row in statements.run(_WAITING, key):
        values = _values(row["option_values"])
        if quarantined.concerns(quarantined.workflow, quarantined.fingerprint, values):
            ended += len(statements.run(update(TO_END, "id = :id"), {"id": row["id"], **end}))
    return ended


def _release(quarantined: Quarantined, by: int, statements: Statements) -> bool:
    statements.lock(f"quarantine of {quarantined.workflow}")
    key: Columns = {
        "workflow": quarantined.workflow,
        "fingerprint": quarantined.fingerprint,
        "option": quarantined.option or "",
        "value": quarantined.value or "",
    }
    statements.run(_FORGIVE, {"workflow": quarantined.workflow})
    what = {"workflow": quarantined.command}
    if quarantined.option is not None:
        what |= {"option": quarantined.option, "value": quarantined.value or ""}
    released = statements.run(_RELEASE, key)
    return bool(released) and add_line(statements, None, by, AuditAction.RELEASE, details=what)


def _columns_of(incident: Incident) -> Columns:
    return {
        "prompt_id": str(incident.prompt_id),
        "harm": incident.harm,
        "backend": incident.backend,
        "choices": json.dumps(dict(incident.choices), ensure_ascii=False),
    }


def _quarantined_of(row: Row) -> Quarantined:
    return Quarantined(
        workflow=row["workflow"],
        fingerprint=row["fingerprint"],
        option=row["option_name"] or None,
        value=row["option_value"] if row["option_name"] else None,
        harm=Harm(row["harm"]),
        backend=row["backend"],
        since=row["since"],
    )


def _values(source: str) -> Values:
    return cast("dict[str, str]", json.loads(source))
