"""A report in the reader's language, as plain values: for JSON, a page or a terminal."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from bellhop.domain.authentication.answers import RecordType
from bellhop.domain.authentication.check import Part, PartName, Report
from bellhop.domain.authentication.findings import Finding, Record
from bellhop.domain.authentication.panels import OTHER, Dot, Panel, learned, pasted
from bellhop.domain.authentication.presence import Sought
from bellhop.domain.authentication.spf_tree import Branch
from bellhop.domain.authentication.vendors import vendor_of
from bellhop.domain.catalogue import phrase

_PURPOSES = {RecordType.CNAME: "cname", RecordType.MX: "mx", RecordType.TXT: "spf"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where records are entered: the zone, and the form of the provider that keeps it."""

    zone: str
    panel: Panel = OTHER


def described(report: Report, language: str) -> dict[str, Any]:
    """All that a check found, in words and as records to paste."""
    place = Place(zone=report.zone.name, panel=report.panel)
    return {
        "domain": report.domain,
        "zone": report.zone.name,
        "name_servers": list(report.zone.name_servers),
        "panel": {"name": report.panel.name or None, "hints": list(hints(report.panel, language))},
        "state": report.state.value,
        "said": phrase(language, f"dns.state.{report.state}"),
        "evidence": report.evidence.value,
        "parts": [_part(part, place, language) for part in report.parts],
        "not_asked": None if _asked_for_dkim(report) else phrase(language, "dns.not_asked"),
        "spf_lookups": _lookups(report),
    }


def _asked_for_dkim(report: Report) -> bool:
    return any(part.name is PartName.DKIM for part in report.parts)


def hints(panel: Panel, language: str) -> Iterator[str]:
    """What to know about a provider's form."""
    yield phrase(language, "panel.relative")
    yield phrase(language, "panel.quotes" if panel.quotes else "panel.no_quotes")
    yield phrase(language, "panel.dot" if panel.dot is Dot.NEEDED else "panel.no_dot")
    if panel.proxies:
        yield phrase(language, "panel.proxy")


def sentence(finding: Finding, language: str) -> str:
    """What is so."""
    return phrase(language, f"dns.{finding.code}.sentence", **_values(finding))


def next_step(finding: Finding, language: str) -> str:
    """What to do about it."""
    return phrase(language, f"dns.action.{finding.action}", **_values(finding))


def _values(finding: Finding) -> dict[str, str]:
    domain = finding.name.removeprefix("_dmarc.")
    return {"name": finding.name, "domain": domain, **finding.values}


def _part(part: Part, place: Place, language: str) -> dict[str, Any]:
    said = f"dns.state.{part.state}" if part.counts else "dns.state.noted"
    return {
        "part": part.name.value,
        "title": phrase(language, f"dns.part.{part.name}"),
        "state": part.state.value,
        "said": phrase(language, said),
        "records": [_sought(each, place, language) for each in part.sought],
        "findings": [told(each, place, language) for each in part.findings],
    }


def _sought(sought: Sought, place: Place, language: str) -> dict[str, Any]:
    return {
        **_record(sought.record, place),
        "purpose": phrase(language, f"dns.purpose.{_purpose(sought.record)}"),
        "presence": sought.presence.value,
        "said": phrase(language, f"dns.presence.{sought.presence}"),
        "seen": list(sought.seen),
    }


def _purpose(record: Record) -> str:
    return "dmarc" if record.name.startswith("_dmarc.") else _PURPOSES[record.type]


def told(finding: Finding, place: Place, language: str) -> dict[str, Any]:
    """One finding: what is so, what to do, who does it, and the record to paste."""
    place = replace(place, panel=learned(place.panel, {finding.code}))
    return {
        "code": finding.code.value,
        "weight": finding.weight.value,
        "name": finding.name,
        "sentence": sentence(finding, language),
        "next_step": next_step(finding, language),
        "who": phrase(language, f"who.{finding.who}"),
        "seen": list(finding.seen),
        "record": _record(finding.cure, place) if finding.cure else None,
        "authoritative": finding.authoritative,
    }


def _record(record: Record, place: Place) -> dict[str, Any]:
    paste = pasted(record, place.zone, place.panel)
    return {
        "type": record.type.value,
        "name": record.name,
        "value": record.value,
        "paste": {"host": paste.host, "priority": paste.priority or None, "value": paste.value},
    }


def _lookups(report: Report) -> dict[str, Any] | None:
    tree = report.spf.tree
    if tree is None:
        return None
    return {"count": tree.cost, "void": tree.void, "terms": [_branch(b) for b in tree.branches]}


def _branch(branch: Branch) -> dict[str, Any]:
    return {
        "term": branch.term.text,
        "vendor": vendor_of(branch.domain),
        "lookups": branch.cost,
        "void": branch.void,
        "trouble": branch.trouble.value if branch.trouble else None,
        "terms": [_branch(each) for each in branch.branches],
    }
