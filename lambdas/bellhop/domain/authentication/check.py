"""The whole check of one sender: its parts, what was found, and what that proves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain

from bellhop.domain.authentication.answers import Dns, Outcome, RecordType, Zone
from bellhop.domain.authentication.codes import Code, Weight
from bellhop.domain.authentication.dkim import check_selector, check_tokens
from bellhop.domain.authentication.dmarc_check import check_dmarc
from bellhop.domain.authentication.dmarc_diagnosis import Wishes
from bellhop.domain.authentication.dmarc_discovery import OrganisationalDomain
from bellhop.domain.authentication.findings import Finding, State, state_of
from bellhop.domain.authentication.mail_from import check_mail_from
from bellhop.domain.authentication.panels import Panel, learned, panel_of
from bellhop.domain.authentication.presence import Presence, Sought
from bellhop.domain.authentication.spf_check import SES_INCLUDE, SpfReport, check_spf


class PartName(StrEnum):
    """The parts of a sender's authentication."""

    DKIM = "dkim"
    MAIL_FROM = "mail_from"
    DMARC = "dmarc"
    SPF = "spf"
    """Of the domain itself: diagnosed for the people who look at it, never held against a sender.

    SES's mail is judged by the SPF record of the MAIL FROM domain.
    """


class Evidence(StrEnum):
    """What one check proves about a sender."""

    FOR = "for"
    AGAINST = "against"
    """The zone's own name servers say that something is missing or wrong."""
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What is to be checked.

    Attributes:
        domain: lower-case IDNA form.
        region: of SES, for the MAIL FROM domain's MX record.
        tokens: of Easy DKIM; the selectors of three CNAME records.
        selectors: of other DKIM keys.
        mail_from: its MAIL FROM domain; empty for none.
        reports_to: the mailbox that DMARC reports are wanted in; empty for none.
    """

    domain: str
    region: str
    tokens: tuple[str, ...] = ()
    selectors: tuple[str, ...] = ()
    mail_from: str = ""
    reports_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part: the records that it needs, and what was found."""

    name: PartName
    sought: tuple[Sought, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def state(self) -> State:
        """What follows from the findings."""
        return state_of(self.findings)

    @property
    def counts(self) -> bool:
        """Whether a sender without it is not authenticated."""
        return self.name is not PartName.SPF


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a check found."""

    domain: str
    zone: Zone
    panel: Panel
    parts: tuple[Part, ...]
    spf: SpfReport = field(default_factory=lambda: SpfReport(name=""))

    @property
    def state(self) -> State:
        """Of the sender: that of its worst part that counts."""
        return state_of(self._counting())

    @property
    def evidence(self) -> Evidence:
        """What may be concluded: against a sender only what its own name servers say."""
        against = [f for f in self._counting() if f.weight in {Weight.BREAKS, Weight.MISSING}]
        if any(finding.authoritative for finding in against):
            return Evidence.AGAINST
        return Evidence.FOR if self.state is State.WORKS else Evidence.NONE

    def _counting(self) -> tuple[Finding, ...]:
        return tuple(each for part in self.parts if part.counts for each in part.findings)


def check(dns: Dns, sender: Sender, organisational_domain: OrganisationalDomain) -> Report:
    """Looks up all that receivers look up for a sender, and says what they will make of it."""
    missing = _domain_missing(dns, organisational_domain(sender.domain))
    zone = dns.zone_of(sender.domain)
    panel = panel_of(zone.name_servers)
    if missing:
        part = Part(name=PartName.DMARC, findings=(missing,))
        return Report(domain=sender.domain, zone=zone, panel=panel, parts=(part,))
    spf = _root_spf(dns, sender.domain)
    parts = (
        *_dkim(dns, sender),
        *_mail_from(dns, sender),
        _part(
            dns,
            PartName.DMARC,
            (check_dmarc(dns, sender.domain, _wishes(sender, organisational_domain)),),
        ),
        Part(name=PartName.SPF, findings=spf.findings),
    )
    panel = learned(panel, {finding.code for part in parts for finding in part.findings})
    return Report(domain=sender.domain, zone=zone, panel=panel, parts=parts, spf=spf)


def _dkim(dns: Dns, sender: Sender) -> Iterator[Part]:
    if sender.tokens or sender.selectors:
        sought = check_tokens(dns, sender.domain, sender.tokens)
        keys = (check_selector(dns, sender.domain, selector) for selector in sender.selectors)
        yield _part(dns, PartName.DKIM, sought, chain.from_iterable(keys))


def _mail_from(dns: Dns, sender: Sender) -> Iterator[Part]:
    if sender.mail_from:
        yield _part(dns, PartName.MAIL_FROM, check_mail_from(dns, sender.mail_from, sender.region))


def _wishes(sender: Sender, organisational_domain: OrganisationalDomain) -> Wishes:
    return Wishes(
        organisational_domain=organisational_domain,
        mail_from=sender.mail_from,
        reports_to=sender.reports_to,
    )


def _settled(dns: Dns, sought: Sought) -> Sought:
    """The record as it should stand, and whether the zone's name servers agree about it.

    What stands there and serves is to stay as it is. Where name servers don't agree, none of them
    proves anything.
    """
    if sought.presence is Presence.UNCLEAR:
        return sought
    record = sought.record
    if sought.presence is Presence.FOUND and len(sought.seen) == 1:
        record = replace(record, value=sought.seen[0])
    cures = [f.cure for f in sought.findings if f.cure]
    right = next((c for c in cures if (c.name, c.type) == (record.name, record.type)), record)
    said = dns.at_each(record.name, record.type)
    if len({frozenset(values) for values in said.values()}) < 2:
        return replace(sought, record=right)
    seen = tuple(f"{server}: {', '.join(values) or '-'}" for server, values in said.items())
    differ = Finding(code=Code.NAME_SERVERS_DIFFER, name=record.name, seen=seen, authoritative=True)
    doubted = (replace(finding, authoritative=False) for finding in sought.findings)
    return replace(sought, record=right, findings=(differ, *doubted))


def _part(
    dns: Dns, name: PartName, every: tuple[Sought, ...], more: Iterable[Finding] = ()
) -> Part:
    sought = tuple(_settled(dns, each) for each in every)
    found = tuple(finding for each in sought for finding in each.findings)
    return Part(name=name, sought=sought, findings=(*found, *more))


def _domain_missing(dns: Dns, domain: str) -> Finding | None:
    """Nobody has registered the domain, or it has run out: nothing else is worth saying."""
    answer = dns.ask(domain, RecordType.SOA)
    if answer.outcome is not Outcome.NO_NAME:
        return None
    return Finding(code=Code.DOMAIN_MISSING, name=domain, authoritative=answer.authoritative)


def _root_spf(dns: Dns, domain: str) -> SpfReport:
    """The domain's own SPF record; SES in it does no harm and has no use."""
    report = check_spf(dns, domain)
    ses = report.tree and any(
        branch.domain == SES_INCLUDE and branch.term.name == "include"
        for branch in report.tree.branches
    )
    if not ses:
        return report
    finding = Finding(code=Code.SPF_NEEDLESS_SES, name=domain, seen=(report.record,))
    return SpfReport(
        name=domain,
        record=report.record,
        tree=report.tree,
        findings=(*report.findings, finding),
    )
