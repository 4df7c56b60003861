"""A sender's watch as a JSON text, as it is kept with the sender.

Only who looks at DNS or shows what was found there reads it: for everybody else it is a text.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bellhop.domain.authentication.answers import RecordType
from bellhop.domain.authentication.codes import Code
from bellhop.domain.authentication.findings import Finding, Record
from bellhop.domain.authentication.standing import Change, Standing, Watch

MOST_CHARACTERS = 1_000
"""Of one text that was seen: DNS may hold sixty times as much."""


def packed(watch: Watch) -> str:
    """A text from which `unpacked` makes the same watch, long texts of others cut short."""
    value = {
        "standing": watch.standing.value,
        "since": watch.since.isoformat(),
        "checked_at": watch.checked_at.isoformat() if watch.checked_at else None,
        "against": watch.against,
        "doubted_at": watch.doubted_at.isoformat() if watch.doubted_at else None,
        "findings": [_packed_finding(finding) for finding in watch.findings],
        "zone": watch.zone,
        "panel": watch.panel,
        "held": watch.held,
        "observed": {record: _cut(values) for record, values in watch.observed.items()},
        "changes": [_packed_change(change) for change in watch.changes],
    }
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str) -> Watch:
    """The watch that was packed."""
    value: Mapping[str, Any] = json.loads(text)
    checked_at, doubted_at = value["checked_at"], value["doubted_at"]
    return Watch(
        standing=Standing(value["standing"]),
        since=datetime.fromisoformat(value["since"]),
        checked_at=datetime.fromisoformat(checked_at) if checked_at else None,
        against=value["against"],
        doubted_at=datetime.fromisoformat(doubted_at) if doubted_at else None,
        findings=tuple(_finding(each) for each in value["findings"]),
        zone=value["zone"],
        panel=value["panel"],
        held=value["held"],
        observed={record: tuple(values) for record, values in value["observed"].items()},
        changes=tuple(_change(each) for each in value["changes"]),
    )


def _cut(values: Iterable[str]) -> list[str]:
    return [value[:MOST_CHARACTERS] for value in values]


def _packed_finding(finding: Finding) -> dict[str, Any]:
    cure = finding.cure
    return {
        "code": finding.code.value,
        "name": finding.name,
        "seen": _cut(finding.seen),
        "cure": [cure.name, cure.type.value, cure.value] if cure else None,
        "values": dict(finding.values),
        "authoritative": finding.authoritative,
    }


def _finding(value: Mapping[str, Any]) -> Finding:
    return Finding(
        code=Code(value["code"]),
        name=value["name"],
        seen=tuple(value["seen"]),
        cure=_record(*value["cure"]) if value["cure"] else None,
        values=value["values"],
        authoritative=value["authoritative"],
    )


def _record(name: str, type_: str, value: str) -> Record:
    return Record(name=name, type=RecordType(type_), value=value)


def _packed_change(change: Change) -> dict[str, Any]:
    return {
        "at": change.at.isoformat(),
        "record": change.record,
        "before": _cut(change.before),
        "after": _cut(change.after),
    }


def _change(value: Mapping[str, Any]) -> Change:
    return Change(
        at=datetime.fromisoformat(value["at"]),
        record=value["record"],
        before=tuple(value["before"]),
        after=tuple(value["after"]),
    )
