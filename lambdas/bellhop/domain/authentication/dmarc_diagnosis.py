"""What is to be said of one DMARC record that receivers read."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from bellhop.domain.authentication.answers import Dns, RecordType
from bellhop.domain.authentication.codes import CODES, Action, Code
from bellhop.domain.authentication.dmarc import (
    KNOWN,
    POLICIES,
    REMOVED,
    VALUES,
    Destination,
    DmarcRecord,
    destinations,
    extended,
    is_dmarc,
    mended,
    repaired,
)
from bellhop.domain.authentication.dmarc_discovery import Discovery, Level, OrganisationalDomain
from bellhop.domain.authentication.findings import Finding, Record, unanswered
from bellhop.domain.authentication.tags import parse_tags

MOST_TOLD = 10
"""Findings of one kind, and domains that are asked for their consent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the sender needs of DMARC beside a record.

    Attributes:
        organisational_domain: by the Public Suffix List.
        mail_from: its MAIL FROM domain; empty where it has none.
        reports_to: the mailbox that Bellhop wants reports in; empty for none.
    """

    organisational_domain: OrganisationalDomain
    mail_from: str = ""
    reports_to: str = ""

    @property
    def record(self) -> str:
        """The record for a domain without one: it asks for nothing but reports."""
        return self.right("v=DMARC1; p=none")

    def right(self, text: str, domain: str = "") -> str:
        """A text with everything mended that keeps it from serving a sender.

        What it asks for stays, and what needs no mending is left as it is.
        """
        unwanted = {("psd", "y")}
        if self.mail_from not in {"", domain}:
            unwanted.add(("aspf", "s"))
        tags = parse_tags(repaired(text))
        kept = mended([tag for tag in tags if (tag.name, tag.value.lower()) not in unwanted])
        return extended(kept, self.reports_to) if self.reports_to else kept


def diagnose(dns: Dns, found: Discovery, level: Level, wishes: Wishes) -> tuple[Finding, ...]:
    """Every finding about the record of a level, for the domain that the walk began at."""
    assert level.record is not None, "only a level with a record is diagnosed"
    right = wishes.right(level.record.text, level.domain)
    diagnosis = _Diagnosis(dns, found, level, level.record, wishes, right)
    if unreadable := tuple(islice(diagnosis.syntax(), MOST_TOLD)):
        return unreadable
    return tuple(finding for rule in _RULES for finding in islice(rule(diagnosis), MOST_TOLD))


@dataclass(frozen=True, slots=True)
class _Diagnosis:
    dns: Dns
    discovery: Discovery
    level: Level
    record: DmarcRecord
    wishes: Wishes
    right: str

    @property
    def domain(self) -> str:
        """The one that the check is about."""
        return self.discovery.walk[0].domain

    def found(self, code: Code, **values: str) -> Finding:
        """A finding whose cure is the record with everything mended."""
        text = self.right
        needed = CODES[code].action is not Action.NOTHING and text != self.record.text
        name = self.level.answer.name
        record = Record(name=name, type=RecordType.TXT, value=text)
        return Finding(
            code=code,
            name=name,
            seen=(self.record.text,),
            cure=record if needed else None,
            values={"domain": self.domain, **values},
            authoritative=self.level.answer.authoritative,
        )

    def syntax(self) -> Iterator[Finding]:
        for tag in self.record.tags:
            swallowed = any(f" {name}=" in tag.value.lower() for name in KNOWN)
            if not tag.valid or swallowed:
                yield self.found(Code.DMARC_SYNTAX, tag=tag.name)

    def policy(self) -> Iterator[Finding]:
        policy = self.record.value("p")
        if not policy:
            reported = any(each.domain for each in self._places("rua"))
            yield self.found(Code.DMARC_NO_POLICY if reported else Code.DMARC_EMPTY)
        elif policy not in POLICIES:
            yield self.found(Code.DMARC_POLICY_UNKNOWN, policy=policy)
        elif self.record.tags[1].name != "p":
            yield self.found(Code.DMARC_POLICY_NOT_SECOND)
        for name in ("sp", "np"):
            if (value := self.record.value(name)) and value not in POLICIES:
                yield self.found(Code.DMARC_SUBDOMAIN_POLICY_UNKNOWN, tag=name, policy=value)

    def tags(self) -> Iterator[Finding]:
        seen = Counter(tag.name for tag in self.record.tags)
        for name in (name for name, times in seen.items() if times > 1):
            yield self.found(Code.DMARC_REPEATED_TAG, tag=name)
        for tag in self.record.tags:
            if tag.name in REMOVED:
                yield self.found(Code.DMARC_REMOVED_TAG, tag=tag.name)
            elif tag.valid and tag.name not in KNOWN:
                yield self.found(Code.DMARC_UNKNOWN_TAG, tag=tag.name)
            elif tag.name in VALUES and not VALUES[tag.name].fullmatch(tag.value):
                yield self.found(Code.DMARC_VALUE_UNKNOWN, tag=tag.name)
        if self.record.value("t") == "y":
            yield self.found(Code.DMARC_TESTING)
        if self.record.value("psd") == "y" and self.level.domain == self.domain:
            yield self.found(Code.DMARC_PUBLIC_SUFFIX)

    def reports(self) -> Iterator[Finding]:
        places = self.record.report_destinations
        for place in places:
            if not place.domain:
                yield self.found(Code.DMARC_BAD_ADDRESS, address=place.text)
            if place.has_size:
                yield self.found(Code.DMARC_SIZE_LIMIT, address=place.text)
        ours = self.wishes.reports_to
        if ours and not any(place.text.lower() == f"mailto:{ours}" for place in places):
            yield self.found(Code.DMARC_OUR_REPORTS, address=ours)
        elif not any(each.domain for each in self._places("rua")):
            yield self.found(Code.DMARC_NO_REPORTS)

    def alignment(self) -> Iterator[Finding]:
        mail_from = self.wishes.mail_from
        if self.record.value("aspf") == "s" and mail_from not in {"", self.domain}:
            yield self.found(Code.DMARC_STRICT_SPF, mail_from=mail_from)

    def readers(self) -> Iterator[Finding]:
        """Whether readers of the older and of the newer RFC take different records."""
        newer, older = self.discovery.level, self.discovery.older_level
        if newer and (older is None or older.domain != newer.domain):
            found = self.found(
                Code.DMARC_READERS_DIFFER,
                newer=newer.domain,
                older=older.domain if older else "",
            )
            cure = Record(name=f"_dmarc.{self.domain}", type=RecordType.TXT, value=self.right)
            yield Finding(
                code=found.code,
                name=cure.name,
                seen=found.seen,
                cure=cure,
                values=found.values,
                authoritative=found.authoritative,
            )

    def authorisations(self) -> Iterator[Finding]:
        """Receivers send reports to another organisation only where that publishes its consent.

        RFC 7489, section 7.1; RFC 9990, section 4.
        """
        organisation = self.wishes.organisational_domain
        domains = {place.domain for place in self.record.report_destinations if place.domain}
        for domain in sorted(domains)[:MOST_TOLD]:
            if organisation(domain) == organisation(self.level.domain):
                continue
            name = f"{self.level.domain}._report._dmarc.{domain}"
            answer = self.dns.ask(name, RecordType.TXT)
            if not answer.proves:
                yield unanswered(answer)
            elif not any(map(is_dmarc, answer.values)):
                yield Finding(
                    code=Code.DMARC_REPORTS_UNAUTHORISED,
                    name=name,
                    seen=answer.values,
                    cure=Record(name=name, type=RecordType.TXT, value="v=DMARC1"),
                    values={"vendor": domain},
                    authoritative=answer.authoritative,
                )

    def _places(self, name: str) -> Iterator[Destination]:
        return (
            each for tag in self.record.tags if tag.name == name for each in destinations(tag.value)
        )


_RULES: tuple[Callable[[_Diagnosis], Iterator[Finding]], ...] = (
    _Diagnosis.policy,
    _Diagnosis.tags,
    _Diagnosis.reports,
    _Diagnosis.alignment,
    _Diagnosis.readers,
    _Diagnosis.authorisations,
)
