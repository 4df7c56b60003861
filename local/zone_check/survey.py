"""What Bellhop's check says of each broken zone, over the real DNS of the local internet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bellhop.domain.authentication.answers import RecordType
from bellhop.domain.authentication.check import Report, Sender, check
from bellhop.domain.authentication.findings import Finding, Record
from bellhop.name_servers.exchange import Endpoint
from bellhop.name_servers.lookups import Lookups
from local.internet.broken_zones import (
    ORIGIN,
    BrokenZone,
    break_zone,
    load_broken_zones,
    mend_zone,
    publish_healthy_zone,
)
from local.internet.dmarc import organizational_domain
from local.internet.dns_server import DnsServer

_LOOPBACK = "127.0.0.1"
_TIMEOUT = 0.25
"""Seconds; a server on loopback that is silent for so long will stay so."""
_ADDRESS_AND_TEXT = ("A", "TXT")
"""What may not stand beside a CNAME (RFC 1034, section 3.6.2)."""
_HEALTHY: Mapping[str, Any] = {
    "domain": ORIGIN,
    "region": "eu-west-1",
    "tokens": ("token1", "token2", "token3"),
    "mail_from": f"bounce.{ORIGIN}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A broken zone, and the reports about it.

    pasted: when the records of its findings were pasted; ``None`` where there are none.
    mended: when all was healthy again.
    """

    broken: BrokenZone
    report: Report
    pasted: Report | None
    mended: Report

    @property
    def finding(self) -> Finding | None:
        """The finding that the row promises."""
        return promised(self.broken, self.report)


def findings(report: Report) -> list[Finding]:
    """All that was found in any part."""
    return [finding for part in report.parts for finding in part.findings]


def promised(broken: BrokenZone, report: Report) -> Finding | None:
    """The finding that a row promises."""
    return next((each for each in findings(report) if each.code == broken.finds), None)


def survey(dns: DnsServer) -> Iterator[Result]:
    """Breaks the zone in each way in turn, follows the advice, and mends it."""
    for broken in load_broken_zones():
        break_zone(dns, broken)
        report = checked(dns, broken.checks)
        cures = [finding.cure for finding in findings(report) if finding.cure]
        pasted = _pasted(dns, broken, cures) if cures else None
        mend_zone(dns, broken)
        yield Result(broken=broken, report=report, pasted=pasted, mended=checked(dns))


def _pasted(dns: DnsServer, broken: BrokenZone, cures: Sequence[Record]) -> Report:
    """The report once somebody did what the findings say."""
    for cure in cures:
        for type_ in _ADDRESS_AND_TEXT if cure.type is RecordType.CNAME else ("CNAME",):
            dns.withdraw(cure.name, type_)
        dns.publish(cure.name, cure.type, cure.value)
    report = checked(dns, broken.checks)
    for cure in cures:
        dns.withdraw(cure.name, cure.type)
    publish_healthy_zone(dns)
    return report


def checked(dns: DnsServer, changes: Mapping[str, Any] | None = None) -> Report:
    """The report on the zone as it stands; `changes` to what the check is told."""
    sender = Sender(**{**_HEALTHY, **(changes or {})})
    lookups = Lookups(
        sender.domain, [Endpoint(_LOOPBACK, dns.port)], timeout=_TIMEOUT, port=dns.port
    )
    return check(lookups, sender, organizational_domain)
