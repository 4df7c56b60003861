"""Diagnoses a sender's DMARC record, and proposes the text that would be right."""

from dataclasses import replace

from bellhop.domain.authentication.answers import Answer, Dns, RecordType
from bellhop.domain.authentication.codes import Code, Weight
from bellhop.domain.authentication.dmarc import is_dmarc, merged, parse, repaired, resembles
from bellhop.domain.authentication.dmarc_diagnosis import Wishes, diagnose
from bellhop.domain.authentication.dmarc_discovery import Discovery, discover
from bellhop.domain.authentication.findings import Finding, Record, unanswered
from bellhop.domain.authentication.presence import Presence, Sought, misplaced, spreading
from bellhop.domain.authentication.texts import blemish, cleaned


def check_dmarc(dns: Dns, domain: str, wishes: Wishes) -> Sought:
    """Reads the record that counts for a domain, wherever it stands."""
    found = discover(dns, domain, wishes.organisational_domain)
    own = found.walk[0].answer
    wanted = Record(name=own.name, type=RecordType.TXT, value=wishes.record)
    if not own.proves:
        return Sought(record=wanted, presence=Presence.UNCLEAR, findings=(unanswered(own),))
    texts = tuple(text for text in own.values if is_dmarc(text))
    if len(texts) == 1:
        return _judged(dns, found, wanted, wishes)
    if len(texts) > 1:
        cure = Record(
            name=own.name,
            type=RecordType.TXT,
            value=wishes.right(merged(parse(repaired(text)) for text in texts), domain),
        )
        finding = _finding(own, Code.DMARC_MULTIPLE, texts, cure)
        return _sought(wanted, texts, (finding,))
    if almost := _almost(dns, domain, own, wanted, wishes):
        return _sought(wanted, almost.seen, (almost,))
    if found.level:
        return _inherited(dns, found, wanted, wishes)
    unknown = tuple(unanswered(each.answer) for each in found.walk[1:-1] if not each.answer.proves)
    missing = _finding(own, Code.RECORD_MISSING, (), wanted)
    return _sought(wanted, (), unknown or (missing,))


def _judged(dns: Dns, found: Discovery, wanted: Record, wishes: Wishes) -> Sought:
    level = found.walk[0]
    assert level.record is not None, "the caller saw exactly one record"
    findings = diagnose(dns, found, level, wishes)
    wanted = _text(wanted, level.record.text)  # what stands there is never to be replaced by ours
    sought = _sought(wanted, (level.record.text,), findings)
    if sought.presence is Presence.FOUND:
        spread = spreading(dns, level.answer, wanted)
        return _sought(wanted, (level.record.text,), (*findings, *spread))
    return sought


def _inherited(dns: Dns, found: Discovery, wanted: Record, wishes: Wishes) -> Sought:
    """The record of a parent counts: nothing is missing, and the domain may have its own."""
    level = found.level
    assert level is not None, "the caller saw one"
    assert level.record is not None, "a level that counts has a record"
    policy = level.record.policy_for(subdomain=True)
    own = found.walk[0].answer
    seen = (level.record.text,)
    finding = _finding(own, Code.DMARC_INHERITED, seen, None, parent=level.domain, policy=policy)
    return _sought(wanted, seen, (finding, *diagnose(dns, found, level, wishes)))


def _almost(dns: Dns, domain: str, own: Answer, wanted: Record, wishes: Wishes) -> Finding | None:
    """A text that people take for DMARC and receivers don't, or one in another place."""
    for text in own.values:
        code = blemish(text)
        if not (code and is_dmarc(cleaned(text))):
            code = Code.DMARC_UNRECOGNISED if resembles(text) else None
        if code:
            return _finding(own, code, (text,), _text(wanted, wishes.right(text, domain)))
    elsewhere = (domain, f"_dmarc.www.{domain}")
    found = misplaced(dns, wanted, own, is_dmarc, elsewhere)
    if found is None:
        return None
    return replace(found, cure=_text(wanted, wishes.right(found.seen[0], domain)))


def _sought(wanted: Record, seen: tuple[str, ...], findings: tuple[Finding, ...]) -> Sought:
    weights = {finding.weight for finding in findings}
    if Weight.BREAKS in weights:
        presence = Presence.DIFFERENT
    elif Weight.MISSING in weights:
        presence = Presence.NOT_YET
    else:
        presence = Presence.FOUND if seen else Presence.UNCLEAR
    return Sought(record=wanted, presence=presence, seen=seen, findings=findings)


def _finding(
    answer: Answer, code: Code, seen: tuple[str, ...], cure: Record | None, **values: str
) -> Finding:
    return Finding(
        code=code,
        name=answer.name,
        seen=seen,
        cure=cure,
        values=values,
        authoritative=answer.authoritative,
    )


def _text(record: Record, value: str) -> Record:
    return Record(name=record.name, type=record.type, value=value)
