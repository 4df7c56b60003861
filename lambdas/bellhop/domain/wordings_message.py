"""What servers say of our message: its size, what it says, how it is made.

Rows are in the order in which they are asked. The words they are searched in are lower case,
with "not" spelt out and names replaced by `<address>`, `<ip>` and `<host>`.
"""

from bellhop.domain.reasons import Reason
from bellhop.domain.wordings import Wording

_MAIL = r"(?:e-?mail|mail|message|msg|body|data|attachment)"
OCCURS_TWICE = r"(?:duplicate|multiple|more than one|malformed) .{0,20}headers?\b"

OF_THE_SIZE: tuple[Wording, ...] = (
    Wording(
        Reason.MESSAGE_TOO_LARGE,
        "RFC 1870; Exchange, which names the recipient whose limit it is",
        (rf"{_MAIL}(?:'s)? size exceed|{_MAIL} exceed\w* (?:\S+ ){{0,4}}size",),
        unless=r"quota|available|remaining|space|mail ?box",
    ),
    Wording(
        Reason.MESSAGE_TOO_LARGE,
        "RFC 1870, RFC 3463 x.3.4 and x.2.3",
        (
            rf"(?<!header ){_MAIL}(?:'s)? (?:size |length |is |was )*"
            r"(?:too (?:big|large|long)|exceed|larger|bigger)",
            rf"too (?:big|large|long) (?:a )?{_MAIL}",
            rf"{_MAIL} (?:size|length)\b",
            r"(?:size|line|length) limit|line (?:is )?too long|line length",
            r"\bsize (?:limit )?exceeds?\b",
            r"exceed\w* (?:\S+ ){0,4}size",
            r"(?<!headers )too large\b",
        ),
        unless=r"\bhops\b|(?:mail ?box|mail ?folder|user|recipient)\S* (?:\S+ ){0,3}(?:size|exceed)"
        r"|space available|writing message",
    ),
)
"""Asked before the limits of rate, which are phrased alike."""

OF_THE_VERDICT: tuple[Wording, ...] = (
    Wording(
        Reason.SPAM_CONTENT,
        "content filters that name their verdict, or a listed link in the text (SURBL, URIBL)",
        (
            r"(?:detected|classified|identified|considered|tagged|marked|scored) as (?:[\w-]+"
            r" )?spam\b"
            r"(?! (?:source|sender))",
            r"(?:url|uri|link|web ?site)s? .{0,40}(?:black|block|list)",
            r"(?:black|block)\w*(?: listed)? (?:url|uri|link)",
            r"(?:message|content|text|body) (?:is )?(?:black|block)[- ]?list",
        ),
    ),
)
"""Asked before our reputation: the message itself is named."""

OF_THE_CONTENT: tuple[Wording, ...] = (
    Wording(
        Reason.CONTENT_REJECTED,
        "virus scanners and filters of attachments",
        (
            r"virus|malware|malicious|infected|trojan|\bworm\b",
            r"attachment|file attached|restricted extension|executable|macros?\b",
            r"file (?:type|extension|name)|files (?:are )?not|\bzip\b",
            r"(?:bad|banned|forbidden|prohibited|unsafe|harmful|dangerous) (?:content|file)",
            r"security (?:issue|threat)",
        ),
        unless=r"\bspam|scan\w*(?: \S+){0,2} (?:fail|error|unavail|time)",
    ),
    Wording(
        Reason.SPAM_CONTENT,
        "content filters: amavis, SpamAssassin, Rspamd, Vade, Cloudmark and others",
        (
            r"spam|\bjunk|\bbulk|\b(?:uce|ube|dcc)\b",
            r"unsolicited|phish|suspicious|suspected|\bwords? (?:in|detected|found)",
            r"scored \S+ (?:\w+ )?points|\bbayes",
            rf"{_MAIL} content (?:[\w-]+ )?(?:reject|refus|denied|block|not)",
            r"(?:due to|because of) (?:[\w-]+ ){0,2}content(?!.*polic)|content (?:filter|reject"
            r"|scan)",
        ),
    ),
    Wording(
        Reason.CONTENT_REJECTED,
        "RFC 3463 x.6.x; form against RFC 5322 (3.6: fields that may occur once)",
        (
            OCCURS_TWICE,
            r"corrupt",
            r"\bmime\b",
            r"(?:bare|stray) (?:lf|cr|newline|line)|invalid (?:message|content|data)",
            r"(?:missing|invalid|bad|improper|illegal|required|without|no) .{0,25}"
            r"(?:header|field)s?\b",
            r"headers? .{0,30}(?:missing|invalid|too|required|not|error|size)",
            r"(?:multiple|missing|invalid)(?: [\w-]+){0,3} (?:from|date|message-?id)\b(?! <)",
            r"\bno (?:valid )?(?:from|date|message-?id)\b(?! <)",
            r"complian|compl(?:y|ies)\b|not conform|\brfc ?-?[25]?[38]22\b|\bhtml\b",
            r"8-?bit|charset|character set|conversion|encoding|smtputf8|non-?ascii",
            rf"malformed {_MAIL}|{_MAIL} format",
        ),
        unless=r"\bnot verified",
    ),
)
"""Asked after our reputation, which servers call spam as well."""
