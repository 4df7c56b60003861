"""Whether a record that a sender needs stands in the DNS, and what stands there instead."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from bellhop.domain.authentication.answers import Answer, Dns, RecordType
from bellhop.domain.authentication.codes import Code
from bellhop.domain.authentication.findings import Finding, Record, unanswered
from bellhop.domain.authentication.texts import blemish, cleaned

_FEEDBACK = re.compile(r"feedback-smtp\.(?P<region>[a-z0-9-]+)\.amazonses\.com")


_PERHAPS_WILD = frozenset(
    {Code.RECORD_DIFFERENT, Code.DKIM_WRONG_TYPE, Code.PROXIED, Code.ALIAS_IN_THE_WAY}
)


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
    judge = _different if answer.values else _elsewhere
    finding = judge(dns, record, answer)
    if finding.code in _PERHAPS_WILD and _is_wild(dns, record, finding.seen):
        finding = replace(finding, code=Code.WILDCARD)
    missing = finding.code in {Code.RECORD_MISSING, Code.WILDCARD}
    presence = Presence.NOT_YET if missing else Presence.DIFFERENT
    return Sought(record=record, presence=presence, seen=finding.seen, findings=(finding,))


def _is_wild(dns: Dns, record: Record, seen: tuple[str, ...]) -> bool:
    """Whether the same stands at a name beside that nobody entered (RFC 4592)."""
    beside = f"_nobody-entered-this.{record.name.partition('.')[2]}"
    kinds = (record.type, RecordType.CNAME, RecordType.TXT, RecordType.A, RecordType.AAAA)
    return set(seen) <= {value for kind in kinds for value in dns.ask(beside, kind).values}


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
    wanted = _target(record.value)
    targets = [_target(each) for each in answer.values]
    if record.type is RecordType.MX and wanted in targets:
        return _finding(Code.MAIL_FROM_EXTRA_MX, record, answer, answer.values)
    code, values = Code.RECORD_DIFFERENT, dict[str, str]()
    if len(targets) == 1:
        [target] = map(_unescaped, targets)
        region = _FEEDBACK.fullmatch(target)
        if target == f"{wanted}.{dns.zone_of(record.name).name}":
            code = Code.RELATIVE_TARGET
        elif cleaned(target) == wanted and (blemished := blemish(target)):
            code = blemished
        elif record.type is RecordType.MX and re.fullmatch(rf"\d+[ .]+{re.escape(wanted)}", target):
            code = Code.PRIORITY_IN_TARGET
        elif record.type is RecordType.MX and region:
            code, values = Code.MAIL_FROM_REGION, {"term": region["region"]}
    return replace(_finding(code, record, answer, answer.values), values=values)


def _unescaped(target: str) -> str:
    """A name as it was typed: DNS shows a space in it by its number (RFC 1035, section 5.1)."""
    return re.sub(r"\\(?:(\d{3})|(.))", lambda m: chr(int(m[1]) % 256) if m[1] else m[2], target)


def _elsewhere(dns: Dns, record: Record, answer: Answer) -> Finding:
    """What stands in the way of a record that is not there, or where it landed instead."""
    if record.type is RecordType.CNAME:
        texts = dns.ask(record.name, RecordType.TXT)
        if texts.values:
            return _finding(Code.DKIM_WRONG_TYPE, record, answer, texts.values)
        addresses = dns.ask(record.name, RecordType.A), dns.ask(record.name, RecordType.AAAA)
        if seen := (*addresses[0].values, *addresses[1].values):
            return _finding(Code.PROXIED, record, answer, seen)
    alias = dns.ask(record.name, RecordType.CNAME) if answer.aliases else answer
    if record.type is not RecordType.CNAME and alias.values:
        return _finding(Code.ALIAS_IN_THE_WAY, record, answer, alias.values)
    wanted = _target(record.value)
    parent = (record.name.partition(".")[2],) if record.type is RecordType.MX else ()
    found = misplaced(dns, record, answer, lambda value: _target(value) == wanted, parent)
    return found or _finding(Code.RECORD_MISSING, record, answer, ())


def misplaced(
    dns: Dns,
    record: Record,
    answer: Answer,
    fits: Callable[[str], bool],
    elsewhere: Iterable[str] = (),
) -> Finding | None:
    """A finding where a record landed at another name.

    A panel puts the zone's name behind a name that had it already, or takes no underscores.

    fits: whether a value is that of the record.
    elsewhere: other names to look at.
    """
    doubled = f"{record.name}.{dns.zone_of(record.name).name}"
    plain = (record.name.replace("_", ""),) if "_" in record.name else ()
    for name in (doubled, *plain, *elsewhere):
        there = dns.ask(name, record.type)
        if not there.aliases and any(map(fits, there.values)):
            return Finding(
                code=Code.DOUBLED_ZONE if name == doubled else Code.WRONG_PLACE,
                name=name,
                seen=tuple(filter(fits, there.values)),
                cure=record,
                values={"record": record.name},
                authoritative=answer.authoritative,
            )
    return None


def _finding(code: Code, record: Record, answer: Answer, seen: tuple[str, ...]) -> Finding:
    return Finding(
        code=code, name=record.name, seen=seen, cure=record, authoritative=answer.authoritative
    )
