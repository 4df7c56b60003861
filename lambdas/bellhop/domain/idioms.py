"""What large providers and mail gateways mean by words that are theirs alone.

Rows stand under their provider and its source. A row is a mark, a literal that must occur in
`Reply.text` (lower case, with links and host names); a pattern that must match as well, where
the mark alone says too little; and the reason. The first row that matches decides, before
general wording and codes. A row that rests on an enhanced code which others use otherwise also
asks for a trace of its provider.
"""

import re
from typing import NamedTuple

from bellhop.domain.reasons import Reason

R = Reason  # the table's short hand


class Idiom(NamedTuple):
    """One provider's way to say one thing; an empty `pattern` means that the mark suffices."""

    provider: str
    source: str
    mark: str
    pattern: str
    reason: Reason


def _provider(name: str, source: str, *rows: tuple[str, str, R]) -> tuple[Idiom, ...]:
    return tuple(Idiom(name, source, *row) for row in rows)


IDIOMS: tuple[Idiom, ...] = (
    *_provider(
        "Amazon SES, speaking of itself",
        "docs.aws.amazon.com/ses: suppression lists, sandbox, bounces",
        ("suppress", r"suppress(?:ed sending|ion list)", R.SUPPRESSED),
        ("failed: address blacklisted", "", R.SUPPRESSED),  # its suppression list until 2013
        ("address is not verified", "", R.SENDER_REJECTED),
        ("to establish connection", "", R.EXPIRED),
    ),
    *_provider(
        "Block lists, whose name or page the reply gives",
        "RFC 5782; spamhaus.org, spamcop.net, barracudacentral.org, uceprotect.net, sorbs.net",
        ("spamhaus", "", R.REPUTATION_BLOCKED),
        ("spamcop", "", R.REPUTATION_BLOCKED),
        ("surbl", "", R.SPAM_CONTENT),  # lists of links that occur in spam
        ("uribl", "", R.SPAM_CONTENT),
        ("barracuda", r"barracuda\w+\.\w+/(?:reputation|rbl|lookups)", R.REPUTATION_BLOCKED),
        ("uceprotect", "", R.REPUTATION_BLOCKED),
        ("sorbs", r"\bsorbs\b", R.REPUTATION_BLOCKED),
        ("cloudmark.com/reset", "", R.REPUTATION_BLOCKED),
        ("senderscore.org", "", R.REPUTATION_BLOCKED),
        ("dnsbl", r"(?:\.|//)dnsbl|dnsbl\.", R.REPUTATION_BLOCKED),
    ),
    *_provider(
        "Checkers of SPF, whose page the reply gives",
        "openspf.org: Why",
        ("openspf", "", R.AUTH_FAILED),
        ("spf.pobox", "", R.AUTH_FAILED),
    ),
    *_provider(
        "Google",
        "support.google.com/a/answer/3726730, whose article the reply names after `?p=`",
        ("?p=nosuchuser", "", R.USER_UNKNOWN),
        ("6596", r"answer[=/]6596\b", R.USER_UNKNOWN),
        ("?p=disabled", "", R.MAILBOX_DISABLED),
        ("?p=overquota", "", R.MAILBOX_FULL),
        ("?p=receivingrate", "", R.RATE_LIMITED),
        ("6592", r"answer[=/]6592\b", R.RATE_LIMITED),
        ("unusual rate of", r"unusual rate of .*temporarily rate limited", R.RATE_LIMITED),
        ("unusual rate of unsolicited mail", "", R.REPUTATION_BLOCKED),
        ("gsmtp", r"\d\.7\.(?:27|3[0-2]|40) ", R.AUTH_FAILED),
        ("@gmail.com", r"\d\.7\.(?:27|3[0-2]|40) ", R.AUTH_FAILED),
        ("gsmtp", r"\d\.7\.29 ", R.SERVER_ERROR),  # not sent over TLS
        ("- gcdp", "", R.POLICY_REJECTED),
    ),
    *_provider(
        "Microsoft, consumer mailboxes",
        "Outlook.com postmaster: SMTP error codes",
        ("s31", r"\bs31[45]0\b", R.REPUTATION_BLOCKED),
        ("rp-00", r"\brp-00\d\b", R.RATE_LIMITED),
        ("-00", r"\b(?:sc|dy|ou)-00\d\b", R.REPUTATION_BLOCKED),
    ),
    *_provider(
        "Microsoft Exchange and Exchange Online",
        "learn.microsoft.com: non-delivery reports in Exchange Online",
        (
            ": access denied",  # Postfix says the same of a policy, with 5.7.1
            r"^(?!.*\b5\.7\.1\b).*recipient address(?:es)? rejected ?: access",
            R.USER_UNKNOWN,
        ),
        ("resolver.adr.", r"^(?!.*\bsender\b).*resolver\.adr\.", R.USER_UNKNOWN),
        ("resolver.rst.", r"resolver\.rst\.\w*size", R.MESSAGE_TOO_LARGE),
        ("resolver.rst.", "", R.POLICY_REJECTED),
        ("transport.rules.reject", "", R.POLICY_REJECTED),
        ("storedrv.", r"storedrv\..*(?:quota|full)", R.MAILBOX_FULL),
        ("storedrv.", r"storedrv\..*(?:thread limit|throttl)", R.RATE_LIMITED),
        ("storedrv.", r"storedrv\..*(?:notauthorized|accessdenied)", R.POLICY_REJECTED),
        ("5.2.12", r"\b5\.2\.12[1-3]\b", R.RATE_LIMITED),
        ("5.1.90", r"\b5\.1\.90\b", R.RATE_LIMITED),
        ("5.7.", r"\b5\.7\.(?:12|51|57|68|124|129|13[3-6]|193)\b", R.POLICY_REJECTED),
        ("5.7.", r"\b5\.7\.(?:50[457]|51[03]|520|703)\b", R.POLICY_REJECTED),
        ("5.7.5", r"\b5\.7\.5(?:09|15)\b", R.AUTH_FAILED),
        ("5.7.512", "", R.CONTENT_REJECTED),
        ("5.7.64", r"\b5\.7\.64\b", R.RELAY_DENIED),
        ("5.7.750", "", R.SENDER_REJECTED),
        ("5.7.508", "", R.RATE_LIMITED),
        ("5.7.709", "", R.SPAM_CONTENT),
        ("5.7.", r"\b5\.7\.(?:50[1-3]|511|6\d\d|705|708|800)\b", R.REPUTATION_BLOCKED),
        ("4.7.65", r"\b4\.7\.65[01]\b", R.REPUTATION_BLOCKED),
        ("4.31", r"\b[45]\.4\.31[02]\b", R.DOMAIN_UNKNOWN),
    ),
    *_provider(
        "Yahoo and the providers that it hosts",
        "senders.yahooinc.com/smtp-error-codes",
        ("[ts", r"\[tss?\d+\]", R.REPUTATION_BLOCKED),
        ("[gl01]", "", R.RATE_LIMITED),
        ("[bl", r"\[bl\d+\]", R.REPUTATION_BLOCKED),
    ),
    *_provider(
        "AOL",
        "postmaster.aol.com/error-codes",
        (":", r"\((?:rtr|con|dyn|rly|dns):\w+\)", R.REPUTATION_BLOCKED),
        ("(hvu:", "", R.SPAM_CONTENT),  # a link in the text that members complained about
    ),
    *_provider(
        "Apple",
        "support.apple.com: Hide My Email answers so to senders that are not registered",
        ("@privaterelay.appleid.com", r"unauthori[sz]ed sender|not allow", R.SENDER_REJECTED),
    ),
    *_provider(
        "Mimecast",
        "mimecastsupport.zendesk.com: Mimecast SMTP error codes",
        ("spoofing policy", "", R.POLICY_REJECTED),
        ("internal resource", r"internal resources? .{0,8}temporarily unavail", R.RATE_LIMITED),
        ("sender address blocked", "", R.POLICY_REJECTED),
        ("envelope blocked", "", R.POLICY_REJECTED),
        ("mcspamsignature", "", R.SPAM_CONTENT),
    ),
    *_provider(
        "Proofpoint",
        "ipcheck.proofpoint.com",
        ("proofpoint.com", r"ipcheck\.proofpoint|proofpoint\.com/dnsbl", R.REPUTATION_BLOCKED),
    ),
    *_provider(
        "Barracuda",
        "campus.barracuda.com: recipients' block policies",
        (":blocked)", r"permanent failure for one or more recipients", R.POLICY_REJECTED),
    ),
    *_provider(
        "Cisco",
        "Cisco Secure Email: host access table and sender reputation",
        (
            "your access to",
            r"^(?!.*(?:dkim|spf|dmarc)).*your access to .{0,24}this (?:e-?)?mail system",
            R.REPUTATION_BLOCKED,
        ),
    ),
    *_provider(
        "Symantec Email Security.cloud",
        "Symantec: troubleshooting of 553",
        ("message filtered", "", R.SPAM_CONTENT),
    ),
    *_provider(
        "Orange and La Poste",
        "postmastery.com and bentonow.com: OFR and LPN codes",
        ("service refuse", r"^(?!.*dmarc).*service refuse", R.REPUTATION_BLOCKED),
        ("ofr", r"\bofr\w*_?5(?:06|1[0-5])\b", R.SPAM_CONTENT),
    ),
    *_provider(
        "T-Online",
        "postmaster.t-online.de",
        ("@rx.t-online.de", "", R.REPUTATION_BLOCKED),
    ),
    *_provider(
        "GMX, web.de and IONOS",
        "postmaster.gmx.net/en/error-messages",
        (
            "nemesis",
            r"^(?!.*(?:too many|rate limit)).*nemesis esmtp service not available",
            R.REPUTATION_BLOCKED,
        ),
        ("invalid dns", r"invalid dns (?:mx|a)", R.SENDER_REJECTED),
    ),
    *_provider(
        "Cox and Spectrum",
        "postmaster.cox.net: error codes; spectrum.net: understanding email error codes",
        ("aup#", "", R.REPUTATION_BLOCKED),
        ("bl", r"\b(?:cxbl|cdrbl|ipbl\d+)\b", R.REPUTATION_BLOCKED),
    ),
    *_provider(
        "Comcast",
        "postmaster.comcast.net/smtp-error-codes.php",
        ("bl0000", r"\bbl0000\d\d\b", R.REPUTATION_BLOCKED),
        ("rl0000", r"\brl0000\d\d\b", R.RATE_LIMITED),
    ),
    *_provider(
        "NetEase and QQ",
        "help.163.com: refusals; smtp.codes/qq",
        ("dt:spm", "", R.SPAM_CONTENT),
        (":", r"\b(?:hl:i[cf]c|rp:[a-z]{3}|mi:(?:[cd]mc|[cs]fq|c[ce]l))\b", R.RATE_LIMITED),
        ("wm:bl", "", R.REPUTATION_BLOCKED),
        ("hl:", r"\bhl:(?:rep|mep)\b", R.REPUTATION_BLOCKED),
        ("mailbox unavailable or access denied", "", R.RATE_LIMITED),
    ),
    *_provider(
        "Facebook",
        "postmaster.facebook.com/response_codes",
        ("rcp-p", r"\brcp-p[23]\b", R.POLICY_REJECTED),
    ),
)
"""The rows, by provider."""


def read_idiom(text: str, recipient_domain: str = "") -> Reason | None:
    """The reason of the first idiom in `text`, or None.

    `recipient_domain` counts as part of the text, as `@domain`.
    """
    text = f"{text} @{recipient_domain.lower()}"
    return next((row.reason for row in IDIOMS if row.mark in text and _matches(row, text)), None)


def _matches(row: Idiom, text: str) -> bool:
    return not row.pattern or re.search(row.pattern, text) is not None
