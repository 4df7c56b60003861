"""What large providers and mail gateways mean by words that are theirs alone.

Each row names its provider, a pattern searched in `Reply.text` (lower case, with links and host
names), and its source. Rows of one provider that rest on an enhanced code also name a mark of
that provider, because others use the same code otherwise. The first row that matches decides,
before general wording and codes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from bellhop.domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class Idiom:
    """One provider's way to say one thing.

    `mark` is a cheap literal that must occur before the pattern is tried.
    """

    provider: str
    mark: str
    pattern: str
    reason: Reason
    source: str


_GOOGLE = "support.google.com/a/answer/3726730"
_EXCHANGE = "learn.microsoft.com: non-delivery reports in Exchange Online"
_OUTLOOK = "Outlook.com postmaster: SMTP error codes"
_YAHOO = "senders.yahooinc.com/smtp-error-codes"
_APPLE = "support.apple.com: postmaster information for iCloud Mail; Hide My Email"
_MIMECAST = "mimecastsupport.zendesk.com: Mimecast SMTP error codes"
_CISCO = "Cisco Secure Email: host access table, sender reputation"
_AWS = "docs.aws.amazon.com/ses: suppression list, sandbox, bounces"

IDIOMS: tuple[Idiom, ...] = (
    # Amazon SES speaks of itself.
    Idiom("amazon", "suppress", r"suppress(?:ed sending|ion list)", Reason.SUPPRESSED, _AWS),
    Idiom("amazon", "not verified", r"address is not verified", Reason.SENDER_REJECTED, _AWS),
    Idiom("amazon", "establish", r"fail\w* to establish connection", Reason.EXPIRED, _AWS),
    # Google names the article that explains the refusal (`?p=`).
    Idiom("google", "?p=", r"\?p=(?:nosuchuser|badrcpt)", Reason.USER_UNKNOWN, _GOOGLE),
    Idiom("google", "answer=6596", r"answer=6596", Reason.USER_UNKNOWN, _GOOGLE),
    Idiom("google", "?p=disabled", r"\?p=disabled", Reason.MAILBOX_DISABLED, _GOOGLE),
    Idiom("google", "?p=overquota", r"\?p=overquota", Reason.MAILBOX_FULL, _GOOGLE),
    Idiom("google", "?p=receivingrate", r"\?p=receivingrate", Reason.RATE_LIMITED, _GOOGLE),
    Idiom(
        "google",
        "unsolicited mail",
        r"unusual rate of unsolicited mail.*temporarily rate limited",
        Reason.RATE_LIMITED,
        _GOOGLE,
    ),
    Idiom(
        "google",
        "unsolicited mail",
        r"unusual rate of unsolicited mail",
        Reason.REPUTATION_BLOCKED,
        _GOOGLE,
    ),
    Idiom("google", "gsmtp", r"\d\.7\.2[79] |\d\.7\.(?:3[0-2]|40) ", Reason.AUTH_FAILED, _GOOGLE),
    Idiom("google", "gcdp", r"- gcdp\b", Reason.POLICY_REJECTED, _GOOGLE),
    # Microsoft: consumer mailboxes first, then Exchange Online and Exchange Server.
    Idiom("microsoft", "s31", r"\bs31[45]0\b", Reason.REPUTATION_BLOCKED, _OUTLOOK),
    Idiom("microsoft", "-00", r"\b(?:sc|dy|ou|rp)-00\d\b", Reason.REPUTATION_BLOCKED, _OUTLOOK),
    Idiom(
        "microsoft",
        "4.1 recipient address rejected",
        r"[45]\.4\.1 recipient address rejected: access denied",
        Reason.USER_UNKNOWN,
        _EXCHANGE,
    ),
    Idiom("microsoft", "resolver.adr", r"resolver\.adr\.\w*", Reason.USER_UNKNOWN, _EXCHANGE),
    Idiom(
        "microsoft", "resolver.rst", r"resolver\.rst\.\w*size", Reason.MESSAGE_TOO_LARGE, _EXCHANGE
    ),
    Idiom("microsoft", "resolver.rst", r"resolver\.rst\.", Reason.POLICY_REJECTED, _EXCHANGE),
    Idiom(
        "microsoft",
        "transport.rules",
        r"transport\.rules\.reject",
        Reason.POLICY_REJECTED,
        _EXCHANGE,
    ),
    Idiom("microsoft", "storedrv", r"storedrv\..*(?:quota|full)", Reason.MAILBOX_FULL, _EXCHANGE),
    Idiom(
        "microsoft",
        "storedrv",
        r"storedrv\..*(?:thread limit|throttl)",
        Reason.RATE_LIMITED,
        _EXCHANGE,
    ),
    Idiom("microsoft", "5.2.12", r"\b5\.2\.12[1-3]\b", Reason.RATE_LIMITED, _EXCHANGE),
    Idiom("microsoft", "5.1.90", r"\b5\.1\.90\b", Reason.RATE_LIMITED, _EXCHANGE),
    Idiom(
        "microsoft",
        "5.7.",
        r"\b5\.7\.(?:12|57|68|124|13[3-6]|193|504|506|507|513)\b",
        Reason.POLICY_REJECTED,
        _EXCHANGE,
    ),
    Idiom("microsoft", "5.7.", r"\b5\.7\.5(?:09|15)\b", Reason.AUTH_FAILED, _EXCHANGE),
    Idiom("microsoft", "5.7.512", r"\b5\.7\.512\b", Reason.CONTENT_REJECTED, _EXCHANGE),
    Idiom("microsoft", "5.7.64", r"\b5\.7\.64\b", Reason.RELAY_DENIED, _EXCHANGE),
    Idiom("microsoft", "5.7.750", r"\b5\.7\.750\b", Reason.SENDER_REJECTED, _EXCHANGE),
    Idiom(
        "microsoft",
        "5.7.",
        r"\b5\.7\.(?:50[1-35]|508|511|6\d\d|703|705|708)\b",
        Reason.REPUTATION_BLOCKED,
        _EXCHANGE,
    ),
    Idiom("microsoft", "4.7.650", r"\b4\.7\.65\d\b", Reason.REPUTATION_BLOCKED, _EXCHANGE),
    Idiom("microsoft", "5.4.31", r"\b[45]\.4\.31[02]\b", Reason.DOMAIN_UNKNOWN, _EXCHANGE),
    # Yahoo, AOL and the providers that it hosts.
    Idiom("yahoo", "[ts", r"\[tss?\d+\]", Reason.REPUTATION_BLOCKED, _YAHOO),
    Idiom("yahoo", "[gl01]", r"\[gl01\]", Reason.RATE_LIMITED, _YAHOO),
    Idiom("yahoo", "[bl", r"\[bl\d*\]", Reason.REPUTATION_BLOCKED, _YAHOO),
    # Apple: a relay address answers so when the sender is not registered with Apple.
    Idiom(
        "apple",
        "privaterelay",
        r"privaterelay\.appleid\.com.*(?:unauthorized|not allowed)",
        Reason.SENDER_REJECTED,
        _APPLE,
    ),
    # Gateways.
    Idiom(
        "mimecast", "spoofing policy", r"anti-?spoofing policy", Reason.POLICY_REJECTED, _MIMECAST
    ),
    Idiom(
        "mimecast",
        "internal resource",
        r"internal resources? (?:are |is )?temporarily unavail",
        Reason.RATE_LIMITED,
        _MIMECAST,
    ),
    Idiom(
        "mimecast",
        "sender address blocked",
        r"sender address blocked|envelope (?:blocked|rejec)",
        Reason.POLICY_REJECTED,
        _MIMECAST,
    ),
    Idiom("mimecast", "mcspamsignature", r"mcspamsignature", Reason.SPAM_CONTENT, _MIMECAST),
    Idiom(
        "proofpoint",
        "proofpoint.com",
        r"ipcheck\.proofpoint\.com|proofpoint\.com/dnsbl",
        Reason.REPUTATION_BLOCKED,
        "ipcheck.proofpoint.com",
    ),
    Idiom(
        "barracuda",
        ":blocked",
        r"permanent failure for one or more recipients .*:blocked",
        Reason.POLICY_REJECTED,
        "Barracuda Email Gateway Defense: recipients' block policies",
    ),
    Idiom(
        "barracuda",
        "barracuda",
        r"barracuda(?:central|networks)\S*/(?:reputation|rbl|lookups)",
        Reason.REPUTATION_BLOCKED,
        "barracudacentral.org",
    ),
    Idiom(
        "cisco",
        "your access to",
        r"your access to (?:submit messages to )?this (?:e-?)?mail system",
        Reason.REPUTATION_BLOCKED,
        _CISCO,
    ),
    Idiom(
        "messagelabs",
        "message filtered",
        r"message filtered",
        Reason.SPAM_CONTENT,
        "Symantec Email Security.cloud: troubleshooting of 553",
    ),
    # Large European providers.
    Idiom(
        "orange, la poste",
        "service refuse",
        r"service refuse",
        Reason.REPUTATION_BLOCKED,
        "postmastery.com and bentonow.com: OFR and LPN codes",
    ),
    Idiom(
        "orange",
        "ofr",
        r"\bofr\w*_?5(?:06|1[0-5])\b",
        Reason.SPAM_CONTENT,
        "postmastery.com and bentonow.com: OFR codes",
    ),
    Idiom(
        "t-online",
        "rx.t-online.de",
        r"tosa@rx\.t-online\.de",
        Reason.REPUTATION_BLOCKED,
        "postmaster.t-online.de",
    ),
    Idiom(
        "gmx, web.de",
        "nemesis esmtp",
        r"nemesis esmtp service not available|no smtp service",
        Reason.REPUTATION_BLOCKED,
        "postmaster.gmx.net/en/error-messages",
    ),
    Idiom(
        "gmx, web.de",
        "invalid dns",
        r"invalid dns (?:mx|a)",
        Reason.SENDER_REJECTED,
        "postmaster.gmx.net/en/error-messages",
    ),
    # Large providers elsewhere.
    Idiom(
        "cox",
        "aup#",
        r"aup#|\bcxbl\b|\bcdrbl\b|\bipbl\d",
        Reason.REPUTATION_BLOCKED,
        "postmaster.cox.net: error codes; spectrum.net: understanding email error codes",
    ),
    Idiom(
        "comcast",
        "bl00",
        r"\bbl0000\d\d\b",
        Reason.REPUTATION_BLOCKED,
        "postmaster.comcast.net/smtp-error-codes.php",
    ),
    Idiom(
        "comcast",
        "rl00",
        r"\brl0000\d\d\b",
        Reason.RATE_LIMITED,
        "postmaster.comcast.net/smtp-error-codes.php",
    ),
    Idiom("netease", "dt:spm", r"\bdt:spm\b", Reason.SPAM_CONTENT, "help.163.com: refusals"),
    Idiom("netease", "hl:", r"\bhl:i[cf]c\b", Reason.RATE_LIMITED, "help.163.com: refusals"),
    Idiom(
        "netease", "hl:", r"\bhl:(?:rep|mep)\b", Reason.REPUTATION_BLOCKED, "help.163.com: refusals"
    ),
    Idiom(
        "facebook",
        "rcp-p",
        r"\brcp-p[23]\b",
        Reason.POLICY_REJECTED,
        "postmaster.facebook.com/response_codes",
    ),
)
"""The rows, by provider."""


def read_idiom(text: str) -> Reason | None:
    """The reason of the first idiom in `text`, or None."""
    return next(
        (
            idiom.reason
            for idiom in IDIOMS
            if idiom.mark in text and _compiled(idiom.pattern).search(text)
        ),
        None,
    )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
