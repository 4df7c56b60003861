"""Which product or provider took an email in, or refused it: read from what its server says.

An event names the receiving side in the server's own words (`smtpResponse`, `diagnosticCode`) and,
where an email came back later, by the host that reported it. The rows are host names and wordings
that are one vendor's alone; the first row that matches counts.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bellhop.domain.facts import Fact

GENERAL_HINT = "gateway.other"
"""The topic of the hint that fits every gateway."""

_SPOKEN = ("smtp_response", "diagnostic", "reporting_mta")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """What stands before the mailboxes of a domain.

    Attributes:
        name: as its vendor writes it.
        pattern: searched in what its servers say, in lower case.
        source: where the pattern comes from.
        topic: `<topic>.hint` of the catalogue tells its administrator how to let a sender in.
        domains: of mailboxes, where the row is for these only: of two products with one voice, the
            one for private persons.
    """

    name: str
    pattern: str
    source: str
    topic: str = GENERAL_HINT
    domains: frozenset[str] = frozenset()


_MX = "names of MX hosts, as domainaware/parsedmarc's map of reverse DNS has them"
_GOOGLE = (
    r"\bgsmtp\b|\bgoogle\.com/(?:mail|a)/|\.google\.com\b",
    "support.google.com/a/answer/3726730",
)
_UNITED_INTERNET = (
    r"nemesis esmtp|requested mail action okay, completed: id=|\.kundenserver\.de|"
    r"\bgmx\.(?:net|com)/",
    "postmaster.gmx.net/en/error-messages; replies of mx00.kundenserver.de",
)

GATEWAYS: tuple[Gateway, ...] = (
    # Products that stand before a company's own server, or before another product: they come first.
    Gateway(
        name="Mimecast",
        pattern=r"\bmimecast\b|mimecast(?:-offshore)?\.|smtpthread-\d|anti-spoofing policy",
        source="mimecastsupport.zendesk.com: Mimecast SMTP error codes; its reply to a message",
        topic="gateway.mimecast",
    ),
    Gateway(
        name="Proofpoint Essentials",
        pattern=r"\.ppe-hosted\.com",
        source=_MX,
        topic="gateway.proofpoint_essentials",
    ),
    Gateway(
        name="Proofpoint",
        pattern=r"\.g?pphosted\.com|\.proofpoint\.com",
        source=f"{_MX}; ipcheck.proofpoint.com",
        topic="gateway.proofpoint",
    ),
    Gateway(
        name="Barracuda Email Gateway Defense",
        pattern=r"\.ess\.(?:\w+\.)?barracudanetworks\.com|"
        r"permanent failure for one or more recipients.*:blocked\)",
        source="campus.barracuda.com: recipients' block policies",
        topic="gateway.barracuda",
    ),
    Gateway(
        name="Cisco Secure Email",
        pattern=r"\.iphmx\.com|ironport|ok: +message \d+ accepted|\b5\d\d #5\.\d\.\d |"
        r"your access to this (?:e-?)?mail system has been rejected",
        source="Cisco: AsyncOS mail logs, and host access table",
        topic="gateway.cisco",
    ),
    Gateway(
        name="Symantec Email Security.cloud",
        pattern=r"\.messagelabs\.com|message filtered\.",
        source="Symantec: troubleshooting of 553",
        topic="gateway.symantec",
    ),
    Gateway(
        name="Trend Micro Email Security",
        pattern=r"\.trendmicro\.(?:com|eu)\b|\.in\.tmes\.",
        source=_MX,
        topic="gateway.trend_micro",
    ),
    Gateway(
        name="Sophos Email",
        pattern=r"\.sophos\.com\b",
        source=_MX,
        topic="gateway.sophos",
    ),
    Gateway(
        name="Hornetsecurity",
        pattern=r"\.hornetsecurity\.com|antispameurope\.com|\bspamina\b",
        source=f"{_MX}; Spamina became Hornetsecurity's in 2018",
        topic="gateway.hornetsecurity",
    ),
    Gateway(
        name="N-able Mail Assure",
        pattern=r"\.antispamcloud\.com|\.mtaroutes\.com|\bspamexperts\b",
        source=_MX,
        topic="gateway.spamexperts",
    ),
    Gateway(name="Libraesva", pattern=r"\.esvacloud\.com|\blibraesva\b", source=_MX),
    Gateway(name="FortiMail", pattern=r"\.fortimailcloud\.com|\bfortimail\b", source=_MX),
    Gateway(name="Forcepoint", pattern=r"\.mailcontrol\.com", source=_MX),
    Gateway(name="Cloudflare Email Security", pattern=r"\.mxrecord\.(?:io|mx)", source=_MX),
    Gateway(name="Trellix", pattern=r"\.fireeyecloud\.com", source=_MX),
    Gateway(name="SpamTitan", pattern=r"\bspamtitan\b", source=_MX),
    Gateway(name="Mailinblack", pattern=r"\bmailinblack\b", source=_MX),
    Gateway(name="VIPRE", pattern=r"\.electric\.net|\.e-mmunity\.net", source=_MX),
    Gateway(name="Zix", pattern=r"\.zixsmbhosted\.com|\.smtp25\.com", source=_MX),
    Gateway(name="Vade", pattern=r"\bvadesecure\b", source=_MX),
    Gateway(name="Perception Point", pattern=r"\.perception-point\.io", source=_MX),
    # Where companies and private persons have their mailboxes.
    Gateway(
        name="Outlook.com",
        pattern=r"\.olc\.protection\.outlook\.com|\bs31[45]0\b",
        source="Outlook.com postmaster: SMTP error codes",
    ),
    Gateway(
        name="Microsoft 365",
        pattern=r"\.protection\.outlook\.com|\.prod\.outlook\.com|\.mx\.microsoft\b|"
        r"tenant(?:inbound)?attribution|sender\.office\.com|"
        r"\b5\.7\.(?:5(?:09|1[1-5])|6\d\d)\b.*access denied",
        source="learn.microsoft.com: non-delivery reports in Exchange Online",
        topic="gateway.microsoft_365",
    ),
    Gateway(
        name="Microsoft Exchange",
        pattern=r"queued mail for delivery|\b(?:resolver|storedrv|transport\.rules|smtpsend)\.\w+",
        source="learn.microsoft.com: mail flow of Exchange Server",
        topic="gateway.microsoft_exchange",
    ),
    Gateway(
        name="Gmail",
        pattern=_GOOGLE[0],
        source=_GOOGLE[1],
        domains=frozenset({"gmail.com", "googlemail.com"}),
    ),
    Gateway(
        name="Google Workspace",
        pattern=_GOOGLE[0],
        source=_GOOGLE[1],
        topic="gateway.google_workspace",
    ),
    Gateway(
        name="Yahoo",
        pattern=r"\bok dirdel\b|\[tss?\d+\]|\byahooinc\.|\.yahoodns\.net|\.yahoo\.com\b|"
        r"verizonmedia|delivery error: dd ",
        source="senders.yahooinc.com/smtp-error-codes",
    ),
    Gateway(
        name="iCloud Mail",
        pattern=r"\.mail\.icloud\.com|support\.apple\.com|\.apple\.com\b",
        source="support.apple.com: postmaster information for iCloud Mail",
    ),
    Gateway(
        name="GMX and WEB.DE",
        pattern=_UNITED_INTERNET[0],
        source=_UNITED_INTERNET[1],
        domains=frozenset(
            {"gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.com", "gmx.es", "web.de", "mail.com"}
        ),
    ),
    Gateway(name="IONOS", pattern=_UNITED_INTERNET[0], source=_UNITED_INTERNET[1]),
    Gateway(name="OVHcloud", pattern=r"\.ovh\.(?:net|com|ca)\b", source=_MX),
    Gateway(name="Aruba", pattern=r"\.aruba\.it\b", source=_MX),
    Gateway(
        name="Yandex",
        pattern=r"\.yandex\.(?:net|ru|com)\b|yandex\.\w+/",
        source="yandex.com/support/mail: non-delivery reports",
    ),
    Gateway(name="Zoho Mail", pattern=r"\.zoho(?:mail)?\.(?:com|eu|in)\b", source=_MX),
    Gateway(
        name="Orange",
        pattern=r"\bofr\d*_\d{3}|\.orange\.fr\b",
        source="postmastery.com and bentonow.com: OFR codes",
    ),
    Gateway(
        name="La Poste",
        pattern=r"\blpn\d*_\d{3}",
        source="postmastery.com and bentonow.com: LPN codes",
    ),
    Gateway(
        name="T-Online",
        pattern=r"\bt-online\.de\b",
        source="postmaster.t-online.de",
    ),
    Gateway(
        name="GoDaddy",
        pattern=r"\.secureserver\.net|\bib\d{3}\b",
        source="GoDaddy: email error codes",
    ),
    Gateway(
        name="Mail.ru",
        pattern=r"\b(?:mxs|help)\.mail\.ru\b",
        source="help.mail.ru: postmaster",
    ),
    Gateway(name="QQ Mail", pattern=r"\bmail\.qq\.com\b", source="service.mail.qq.com"),
    Gateway(
        name="NetEase",
        pattern=r"\bmail\.163\.com\b|\b(?:dt:spm|hl:i[cf]c)\b",
        source="help.163.com: refusals",
    ),
    Gateway(
        name="Xfinity",
        pattern=r"\.comcast\.net\b",
        source="postmaster.comcast.net/smtp-error-codes.php",
    ),
    Gateway(
        name="Cox",
        pattern=r"\bcox\.(?:com|net)\b",
        source="postmaster.cox.net: error codes",
    ),
    Gateway(
        name="Spectrum",
        pattern=r"\bspectrum\.net\b",
        source="spectrum.net: understanding email error codes",
    ),
)


def gateway_of(facts: Iterable[Fact], domain: str) -> Gateway | None:
    """What took or refused an email to a mailbox at `domain`, or `None` where nothing tells it."""
    said = [fact.detail[key] for fact in facts for key in _SPOKEN if key in fact.detail]
    return recognise("\n".join(said), domain)


def recognise(text: str, domain: str) -> Gateway | None:
    """The gateway that speaks in `text`; see :func:`gateway_of`."""
    text = text.lower()
    return next((row for row in GATEWAYS if _fits(row, text, domain)), None)


def _fits(row: Gateway, text: str, domain: str) -> bool:
    is_for_domain = not row.domains or domain in row.domains
    return is_for_domain and re.search(row.pattern, text) is not None
