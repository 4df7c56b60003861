"""Whether a record that a sender needs stands in the DNS, and what stands there instead."""

from dataclasses import dataclass
from enum import StrEnum

from bellhop.domain.authentication.answers import Answer, Dns, RecordType
from bellhop.domain.authentication.codes import Code
from bellhop.domain.authentication.findings import Finding, Record, unanswered


class Presence(StrEnum):
    """How a record that a sender needs was found."""

    FOUND = "found"
    NOT_YET = "not_yet"
    DIFFERENT = "different"
    UNCLEAR = "unclear"
    """The DNS did not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """One record that a sender needs, and what was seen.

    Attributes:
        seen: the values that stand there.
        findings: why it is not found, or what else is to be said of it.
    """

    record: Record
    presence: Presence
    seen: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def look_for(dns: Dns, record: Record) -> Sought:
    """Looks for the one record of its name and type: a CNAME, or an MX."""
    answer = dns.ask(record.name, record.type)
    if not answer.proves:
        return Sought(record=record, presence=Presence.UNCLEAR, findings=(unanswered(answer),))
    if [_target(each) for each in answer.values] == [_target(record.value)]:
        findings = spreading(dns, answer, record)
        return Sought(record=record, presence=Presence.FOUND, seen=answer.values, findings=findings)
    if not answer.values:
        finding = _elsewhere(dns, record, answer)
        missing = finding.code in {Code.RECORD_MISSING, Code.DOUBLED_ZONE}
        presence = Presence.NOT_YET if missing else Presence.DIFFERENT
        return Sought(record=record, presence=presence, seen=finding.seen, findings=(finding,))
    finding = _different(dns, record, answer)
    return Sought(
        record=record, presence=Presence.DIFFERENT, seen=answer.values, findings=(finding,)
    )


def _target(value: str) -> str:
    """What a record leads to: the preference of an only MX is no matter."""
    return value.rpartition(" ")[2].lower()


def spreading(dns: Dns, answer: Answer, record: Record) -> tuple[Finding, ...]:
    """A finding while resolvers still give an older answer than the zone's name servers."""
    if not answer.authoritative:
        return ()
    cached = dns.ask_resolvers(answer.name, answer.type)
    if not cached.proves or set(cached.values) == set(answer.values):
        return ()
    return (
        Finding(
            code=Code.SPREADING,
            name=answer.name,
            seen=cached.values,
            cure=record,
            authoritative=True,
        ),
    )


def _different(dns: Dns, record: Record, answer: Answer) -> Finding:
    code = Code.RECORD_DIFFERENT
    targets = [_target(each) for each in answer.values]
    if targets == [f"{_target(record.value)}.{dns.zone_of(record.name).name}"]:
        code = Code.RELATIVE_TARGET
    elif record.type is RecordType.MX and _target(record.value) in targets:
        code = Code.MAIL_FROM_EXTRA_MX
    return _finding(code, record, answer, answer.values)


def _elsewhere(dns: Dns, record: Record, answer: Answer) -> Finding:
    """What stands in the way of a record that is not there, or where it landed instead."""
    if record.type is RecordType.CNAME:
        texts = dns.ask(record.name, RecordType.TXT)
        if texts.values:
            return _finding(Code.DKIM_WRONG_TYPE, record, answer, texts.values)
        addresses = dns.ask(record.name, RecordType.A)
        if addresses.values:
            return _finding(Code.PROXIED, record, answer, addresses.values)
    alias = dns.ask(record.name, RecordType.CNAME) if answer.aliases else answer
    if record.type is not RecordType.CNAME and alias.values:
        return _finding(Code.ALIAS_IN_THE_WAY, record, answer, alias.values)
    return misplaced(dns, record, answer) or _finding(Code.RECORD_MISSING, record, answer, ())


def misplaced(dns: Dns, record: Record, answer: Answer) -> Finding | None:
    """A finding where a panel put the zone's name behind a name that had it already."""
    doubled = f"{record.name}.{dns.zone_of(record.name).name}"
    there = dns.ask(doubled, record.type)
    if not there.values:
        return None
    return Finding(
        code=Code.DOUBLED_ZONE,
        name=doubled,
        seen=there.values,
        cure=record,
        values={"record": record.name},
        authoritative=answer.authoritative,
    )


def _finding(code: Code, record: Record, answer: Answer, seen: tuple[str, ...]) -> Finding:
    return Finding(
        code=code, name=record.name, seen=seen, cure=record, authoritative=answer.authoritative
    )
