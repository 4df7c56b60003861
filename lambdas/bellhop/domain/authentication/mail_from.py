"""The MAIL FROM subdomain: its one MX record and its SPF record.

https://docs.aws.amazon.com/ses/latest/dg/mail-from.html
"""

from bellhop.domain.authentication.answers import Dns, RecordType
from bellhop.domain.authentication.codes import Weight
from bellhop.domain.authentication.findings import Finding, Record
from bellhop.domain.authentication.presence import Presence, Sought, look_for, spreading
from bellhop.domain.authentication.spf_check import SES_INCLUDE, check_spf

SPF = f"v=spf1 include:{SES_INCLUDE} ~all"


def mail_from_records(mail_from: str, region: str) -> tuple[Record, Record]:
    """The MX and the TXT record that a MAIL FROM domain needs in one region of SES."""
    return (
        Record(
            name=mail_from,
            type=RecordType.MX,
            value=f"10 feedback-smtp.{region}.amazonses.com",
        ),
        Record(name=mail_from, type=RecordType.TXT, value=SPF),
    )


def check_mail_from(dns: Dns, mail_from: str, region: str) -> tuple[Sought, ...]:
    """Looks for both."""
    exchange, text = mail_from_records(mail_from, region)
    return look_for(dns, exchange), _look_for_spf(dns, text)


def _look_for_spf(dns: Dns, record: Record) -> Sought:
    """Any valid record that names SES will do, whatever else it names."""
    report = check_spf(dns, record.name, absent=record.value)
    findings = report.findings
    presence = _presence(findings)
    if presence is Presence.FOUND:
        findings += spreading(dns, dns.ask(record.name, record.type), record)
    seen = (report.record,) if report.record else findings[0].seen if findings else ()
    return Sought(record=record, presence=presence, seen=seen, findings=findings)


def _presence(findings: tuple[Finding, ...]) -> Presence:
    weights = {finding.weight for finding in findings}
    if Weight.BREAKS in weights:
        return Presence.DIFFERENT
    if Weight.MISSING in weights:
        return Presence.NOT_YET
    return Presence.UNCLEAR if Weight.UNCLEAR in weights else Presence.FOUND
