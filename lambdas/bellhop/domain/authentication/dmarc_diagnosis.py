"""What is to be said of one DMARC record that receivers read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bellhop.domain.authentication.answers import Dns, RecordType
from bellhop.domain.authentication.codes import CODES, Action, Code
from bellhop.domain.authentication.dmarc import (
    KNOWN,
    POLICIES,
    REMOVED,
    VALUES,
    DmarcRecord,
    extended,
    is_dmarc,
    mended,
    repaired,
)
from bellhop.domain.authentication.dmarc_discovery import Discovery, Level, OrganisationalDomain
from bellhop.domain.authentication.findings import Finding, Record, unanswered


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
        return "v=DMARC1; p=none" + (f"; rua=mailto:{self.reports_to}" if self.reports_to else "")


def diagnose(dns: Dns, found: Discovery, level: Level, wishes: Wishes) -> tuple[Finding, ...]:
    """Every finding about the record of a level, for the domain that the walk began at."""
    assert level.record is not None, "only a level with a record is diagnosed"
    diagnosis = _Diagnosis(dns, found, level, level.record, wishes)
    if unreadable := tuple(diagnosis.syntax()):
        return unreadable
    return tuple(finding for rule in _RULES for finding in rule(diagnosis))


@dataclass(frozen=True, slots=True)
class _Diagnosis:
    dns: Dns
    discovery: Discovery
    level: Level
    record: DmarcRecord
    wishes: Wishes

    @property
    def domain(self) -> str:
        """The one that the check is about."""
        return self.discovery.walk[0].domain

    def found(self, code: Code, cure: str = "", **values: str) -> Finding:
        """A finding whose cure, unless given, is the record with everything mended."""
        text = cure or mended(self.record.tags)
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
                yield self.found(Code.DMARC_SYNTAX, repaired(self.record.text), tag=tag.name)

    def policy(self) -> Iterator[Finding]:
        policy = self.record.value("p")
        if policy is None:
            yield self.found(Code.DMARC_NO_POLICY)
        elif policy not in POLICIES:
            yield self.found(Code.DMARC_POLICY_UNKNOWN, policy=policy)
        elif self.record.tags[1].name != "p":
            yield self.found(Code.DMARC_POLICY_NOT_SECOND)
        for name in ("sp", "np"):
            if (value := self.record.value(name)) and value not in POLICIES:
                yield self.found(Code.DMARC_SUBDOMAIN_POLICY_UNKNOWN, tag=name, policy=value)

    def tags(self) -> Iterator[Finding]:
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
            yield self.found(Code.DMARC_PUBLIC_SUFFIX, self._without("psd"))

    def reports(self) -> Iterator[Finding]:
        places = self.record.report_destinations
        for place in places:
            if not place.domain:
                yield self.found(Code.DMARC_BAD_ADDRESS, address=place.text)
            if place.has_size:
                yield self.found(Code.DMARC_SIZE_LIMIT, address=place.text)
        ours = self.wishes.reports_to
        if ours and not any(place.text.lower() == f"mailto:{ours}" for place in places):
            yield self.found(Code.DMARC_OUR_REPORTS, extended(self.record, ours), address=ours)
        elif self.record.value("rua") is None:
            yield self.found(Code.DMARC_NO_REPORTS)

    def alignment(self) -> Iterator[Finding]:
        mail_from = self.wishes.mail_from
        if self.record.value("aspf") == "s" and mail_from not in {"", self.domain}:
            yield self.found(Code.DMARC_STRICT_SPF, self._without("aspf"), mail_from=mail_from)

    def readers(self) -> Iterator[Finding]:
        """Whether readers of the older and of the newer RFC take different records."""
        newer, older = self.discovery.level, self.discovery.older_level
        if newer and (older is None or older.domain != newer.domain):
            found = self.found(
                Code.DMARC_READERS_DIFFER,
                newer=newer.domain,
                older=older.domain if older else "",
            )
            cure = Record(name=f"_dmarc.{self.domain}", type=RecordType.TXT, value=self.record.text)
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
        for domain in sorted(domains):
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

    def _without(self, name: str) -> str:
        return mended(tag for tag in self.record.tags if tag.name != name)


_RULES: tuple[Callable[[_Diagnosis], Iterator[Finding]], ...] = (
    _Diagnosis.policy,
    _Diagnosis.tags,
    _Diagnosis.reports,
    _Diagnosis.alignment,
    _Diagnosis.readers,
    _Diagnosis.authorisations,
)
