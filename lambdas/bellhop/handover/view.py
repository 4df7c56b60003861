"""What the page shows, as plain values in the reader's language; the templates only arrange it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bellhop.domain.authentication.check import Part, Report
from bellhop.domain.authentication.codes import Action, Code, Weight
from bellhop.domain.authentication.findings import Finding, State
from bellhop.domain.authentication.presence import Presence, Sought
from bellhop.domain.authentication.standing import Change
from bellhop.domain.authentication.watches import unpacked
from bellhop.domain.authentication.wording import Place, described, told
from bellhop.domain.catalogue import LANGUAGES, phrase
from bellhop.domain.links import Link
from bellhop.domain.senders import Sender, SenderState

# A sender in these states has no records to enter.
_WITHOUT_RECORDS = {SenderState.FAILED: "failed", SenderState.HELD: "held"}
_TONES = {
    **dict.fromkeys(("works", "confirming"), "good"),
    **dict.fromkeys(("broken", "failed", "held", "unregistered"), "bad"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What DNS showed, and when."""

    report: Report
    at: datetime


def page_view(
    sender: Sender, link: Link, look: Look | None, language: str, now: datetime
) -> dict[str, Any]:
    """Everything on the page of a sender; ``look`` is missing until it has records."""
    say = partial(phrase, language)
    waits = sender.state is not SenderState.VERIFIED
    entering = look if sender.state not in _WITHOUT_RECORDS else None
    state = _state(sender, entering)
    found, total = _found(entering.report) if entering else (0, 0)
    values = {"domain": sender.domain, "found": str(found), "total": str(total)}
    return {
        **_frame(language),
        "title": say("handover.label.title", domain=sender.domain),
        "purpose": say("handover.purpose", domain=sender.domain),
        "about": [say(f"sender_record.{each}") for each in ("what", "why")],
        "said": say(f"handover.state.{state}", **values),
        "tone": _TONES.get(state, "wait"),
        "until": say("handover.until", date=_written(link.expires_at)),
        "looked": say("handover.looked", date=_written(entering.at)) if entering else None,
        "where": _where(entering.report, language) if entering else None,
        "faults": _faults(entering.report, language) if entering else [],
        "parts": list(_parts(entering.report, language, waits=waits)) if entering else [],
        "changes": _changes(sender, now, language),
    }


def missing_view(language: str) -> dict[str, Any]:
    """What is said where a link opens nothing."""
    return {**_frame(language), "title": phrase(language, "handover.label.missing")}


def _frame(language: str) -> dict[str, Any]:
    """What every page needs."""
    own_name = "handover.label.this_language"
    return {
        "language": language,
        "others": [(each, phrase(each, own_name)) for each in LANGUAGES if each != language],
        "say": lambda key, **values: phrase(language, f"handover.{key}", **values),
    }


def _state(sender: Sender, look: Look | None) -> str:
    if without := _WITHOUT_RECORDS.get(sender.state):
        return without
    if look is None:
        return "preparing"
    if not _found(look.report)[1]:
        return "unregistered"
    verified = sender.state is SenderState.VERIFIED
    if look.report.state is State.WORKS and not verified:
        return "confirming"
    return _said(look.report.state, waits=not verified)


def _said(state: State, *, waits: bool) -> str:
    """Nobody waits any more for the records of a sender that was verified: they were lost."""
    return State.BROKEN.value if state is State.WAITING and not waits else state.value


def _found(report: Report) -> tuple[int, int]:
    """How many of the needed records are there, and how many are needed."""
    sought = [each for part in report.parts for each in part.sought]
    return sum(each.presence is Presence.FOUND for each in sought), len(sought)


def _where(report: Report, language: str) -> dict[str, Any]:
    panel = described(report, language)["panel"]
    vendor = panel["name"]
    return {
        "name_servers": list(report.zone.name_servers),
        "panel": phrase(language, "handover.panel", vendor=vendor) if vendor else None,
        "hints": panel["hints"],
    }


def _shared(report: Report) -> set[Code]:
    """The faults of the DNS that more than one record suffers: these are told once."""
    faults = Counter(
        finding.code
        for part in report.parts
        for finding in part.findings
        if finding.weight is Weight.UNCLEAR and not finding.seen
    )
    return {code for code, times in faults.items() if times > 1}


def _faults(report: Report, language: str) -> list[dict[str, Any]]:
    place = Place(zone=report.zone.name, panel=report.panel)
    shared = {f.code: f for part in report.parts for f in part.findings}
    return [told(shared[code], place, language) for code in sorted(_shared(report))]


def _parts(report: Report, language: str, *, waits: bool) -> Iterator[dict[str, Any]]:
    shared = _shared(report)
    place = Place(zone=report.zone.name, panel=report.panel)
    worded = described(report, language)["parts"]
    for part, words in zip(report.parts, worded, strict=True):
        more = _findings(_more(part), None, place, language, shared)
        if not part.sought and not more:
            continue
        yield {
            "code": part.name.value,
            "title": words["title"],
            "said": phrase(language, f"dns.state.{_said(part.state, waits=waits)}")
            if part.counts
            else words["said"],
            "tone": _tone(part, waits=waits),
            "records": [
                {
                    **record,
                    **_presence(sought, record, language, waits=waits),
                    "seen": [] if sought.seen == (sought.record.value,) else record["seen"],
                    "findings": _findings(sought.findings, sought, place, language, shared),
                }
                for sought, record in zip(part.sought, words["records"], strict=True)
            ],
            "findings": more,
        }


def _more(part: Part) -> tuple[Finding, ...]:
    """The findings of a part that belong to none of its records."""
    records = {id(each) for sought in part.sought for each in sought.findings}
    return tuple(each for each in part.findings if id(each) not in records)


def _tone(part: Part, *, waits: bool) -> str:
    if not part.counts:
        return "plain"
    tones = {State.WORKS.value: "good", State.BROKEN.value: "bad"}
    return tones.get(_said(part.state, waits=waits), "wait")


def _presence(
    sought: Sought, record: dict[str, Any], language: str, *, waits: bool
) -> dict[str, str]:
    """Waiting is normal, and has to be said so; once verified, nothing is awaited any more."""
    if sought.presence is not Presence.NOT_YET:
        return {"presence": record["presence"], "said": str(record["said"])}
    if waits:
        return {"presence": "not_yet", "said": phrase(language, "dns.state.waiting")}
    return {"presence": "different", "said": phrase(language, "handover.label.lost")}


def _findings(
    findings: tuple[Finding, ...],
    sought: Sought | None,
    place: Place,
    language: str,
    shared: set[Code],
) -> list[dict[str, Any]]:
    """Each that asks for something, in words, with the record to enter and what is seen where they
    are others than those shown already."""
    shown_already = sought.record if sought else None
    seen_already = sought.seen if sought else ()
    return [
        {
            **told(each, place, language),
            **({"record": None} if each.cure == shown_already else {}),
            **({"seen": []} if each.seen == seen_already else {}),
        }
        for each in findings
        if each.action is not Action.NOTHING
        and each.code not in shared
        and not (sought and each.code is Code.RECORD_MISSING)
    ]


def _changes(sender: Sender, now: datetime, language: str) -> list[dict[str, Any]] | None:
    """The changes since the beginning of yesterday; ``None`` where nobody keeps watch yet."""
    if not sender.watch:
        return None
    yesterday = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    changes = [each for each in unpacked(sender.watch).changes if each.at >= yesterday]
    return [_change(each, language) for each in changes]


def _change(change: Change, language: str) -> dict[str, Any]:
    what = "appeared" if not change.before else "differs" if change.after else "gone"
    return {
        "said": phrase(language, f"handover.changes.{what}"),
        "at": change.at.isoformat(timespec="seconds"),
        "written": _written(change.at),
        "record": change.record,
        "before": list(change.before),
        "after": list(change.after),
    }


def _written(at: datetime) -> str:
    """A time in UTC that reads the same in every language."""
    return f"{at:%Y-%m-%d %H:%M}"
