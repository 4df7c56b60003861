"""What servers say of our proof, our server and our sender address.

Rows are in the order in which they are asked. The words they are searched in are lower case,
with "not" spelt out and names replaced by `<address>`, `<ip>` and `<host>`.
"""

from bellhop.domain.reasons import Reason
from bellhop.domain.wordings import Wording
from bellhop.domain.wordings_message import OCCURS_TWICE

_SENDER = (
    r"(?:sender(?:'?s)?(?: e-?mail)?(?: address| domain| host)?|mail ?from|from address|"
    r"from:?(?: header| domain| address)|from:|return[- ]?path|envelope[- ]?(?:sender|from)|"
    r"return e-?mail (?:address|domain)|your (?:\w+ or )?(?:e-?mail )?address|originator)"
)
_BAD = (
    r"invalid|bad|unknown|unverified|unvalidated|illegal|unauthori[sz]ed|unroutable|malformed"
    r"|non-?existent|"
    r"blocked|denied|refused|prohibited|disabled"
)

OF_OUR_PROOF: tuple[Wording, ...] = (
    Wording(
        # Two servers did not agree on encryption. Neither the address nor a rule about us is at
        # fault, and nobody can be asked to allow us: a server is set up wrongly, and SES retries.
        Reason.SERVER_ERROR,
        "RFC 3207, RFC 8461 (MTA-STS), RFC 7672 (DANE), RFC 8689 (REQUIRETLS)",
        (
            r"tls\b|\bssl\b",
            r"certificate|tlsa\b|\bdane\b|mta-?sts|cryptograph",
            r"encrypt\w* (?:[\w-]+ )?(?:is |are )?(?:required|needed|mandatory|not)|not encrypted",
        ),
        unless=r"authenticat\w+ (?:is )?required|must authenticate",
    ),
    Wording(
        Reason.POLICY_REJECTED,
        "RFC 4954, section 6: only those who log in",
        (
            r"unauthenticated senders?\b",
            r"authentication (?:is )?required",
            r"must (?:be )?authenticate",
            r"client was not authenticated",
            r"submitter failed|\bauth failed|only .{0,20}with authentication",
        ),
    ),
    Wording(
        Reason.AUTH_FAILED,
        "RFC 7208, 6376, 7489, 7372, 8617",
        (
            r"\bdmarc\b",
            r"\bdkim\b",
            r"domainkeys",
            r"\barc (?:seal|validation)",
            r"\bspf\b",
            r"sender policy framework",
            r"sender ?id\b",
            r"unauthenticated",
            r"not authenticated",
            r"authentication (?:checks?|information|results?|requirements?|level|fail)",
            r"(?:pass|fails?|failed)(?: [\w-]+){0,2} authentication",
        ),
        unless=rf"{OCCURS_TWICE}|\btoo many",  # "Duplicate header 'DKIM-Signature'" is about form
    ),
    Wording(
        Reason.REPUTATION_BLOCKED,
        "RFC 7372, 3.3; Postfix's checks of the client's name and of HELO",
        (
            r"reverse[- ]?(?:dns|lookup|name|mapping|host)",
            r"\brdns\b",
            r"\bptr\b",
            r"fcrdns",
            r"\bname lookup failed",
            r"find your (?:reverse )?(?:host ?name|ip)",
            r"unverif\w+ sending ip",
            r"no hostname",
            r"(?:ip|client|host)(?: ?name)?(?: address)?(?: <ip>)? (?:does|can|could) not "
            r"(?:be )?re(?:solve|verse|map)",
            r"\b(?:helo|ehlo)(?:host)?\b(?!\S* first| handshake)",
            r"<ip>\W+(?:is )?not an? (?:fully|valid)",
            r"^501 .*invalid domain",  # 501 is about a command's argument: HELO's, here
        ),
    ),
)
"""Asked before everything else that is said of us."""

OF_OUR_RATE: tuple[Wording, ...] = (
    Wording(
        Reason.RATE_LIMITED,
        "RFC 6647 (greylisting); rate limits of Postfix, Exchange, Google and others",
        (
            r"gr[ae]y ?-?list",
            r"frequency limit|first[- ]time|command limit",
            r"throttl",
            r"slow down",
            r"rate[- ]?(?:limit|control)",
            r"at a rate",
            r"unusual (?:rate|volume|traffic|\w+ activity)",
            r"mail flood",
            r"excessive (?:volume|rate|number|mail|connect)",
            r"(?:receiv|send)ing .{0,20}too (?:quick|fast)",
            r"(?:too|so) (?:fast|quickly|frequently|often)",
            r"too (?:many|much) (?:[\w-]+ ){0,2}(?:connection|session|message|e?-?mail|recipient)",
            r"too (?:many|much) (?:[\w-]+ ){0,2}(?:rcpt|request|command|transaction|error|attempt)",
            r"too (?:many|much) (?:[\w-]+ ){0,2}(?:hits|traffic|deliver)",
            r"(?:connection|message|session|sending|recipient|daily|hourly|concurren\w+)s? "
            r"(?:[\w-]+ )?(?:limit|quota|rate|threshold)s?\b",
            r"(?:submission|relay|queue|per (?:hour|day|minute)) (?:limit|quota|rate|thres\w+)s?\b",
            r"(?:exceed|reach)\w* (?:[\w-]+ ){0,5}(?:max\w*|allowed|limit|rate|number"
            r"|threshold)s?\b"
            r".{0,30}(?:connection|message|session|hour|day|minute|recipient|rate|e-?mails)",
            r"max\w* (?:number of )?(?:[\w-]+ ){0,2}(?:message|connection|session|recipient)s?\b",
            r"connections? (?:[\w-]+ ){0,2}exceed|out of connection|thread limit",
        ),
        unless=r"reputation|complaint|(?:invalid|unknown|bad) (?:recip|rcpt|user|addr)|"
        r"messages (?:on|in) (?:the |your |this )?(?:server|mail ?box|inbox)|recipient quota",
    ),
)

OF_OUR_REPUTATION: tuple[Wording, ...] = (
    Wording(
        Reason.REPUTATION_BLOCKED,
        "users of DNS block lists (RFC 5782) and of reputation services",
        (
            r"black[- ]?(?:list|hole|ip\b)|list black",
            r"block(?:ing)?[- ]?list|(?<!not )listed (?:by|in|on|at)\b",
            r"found (?:in|on) (?:[\w-]+ )?<host>",
            r"deny[- ]?list",
            r"\bdns[- ]?bl|rbls?\b|\brbl",
            r"spamhaus|spamcop|barracudacentral|senderbase|cloudmark|\bsorbs",
            r"reputation",
            r"complaints",
            r"(?<!message is )\bbanned\b(?! (?:content|file|attach)|:)",
            r"geograph|geo-?(?:ip|block|loc)",
            r"dynamic (?:ip|address|pool|range|host|client)",
            r"dial-?up|residential|(?:dictionary|harvest\w*) attack|(?:invalid|bad|spam) ip\b",
            r"spamming|spammer",
            r"(?:spam|abuse|junk) (?:source|sender|incident|origin)|abuse detected",
            r"(?:block|refus|reject|den)\w* (?:for|due to|because of) (?:[\w-]+ )?abuse\b",
            r"source of (?:spam|junk|abuse)|(?:too many|unusual) (?:invalid|unknown|bad) ",
            r"too (?:much|many) (?:spam|junk|unwanted|unsolicited|abus)",
            r"unwanted (?:e-?mails?|messages) have been",
            r"client host .{0,12}(?:rejected|blocked)",
            r"not (?:allowed|permitted|authori[sz]ed|welcome) to connect|not accept connections",
            r"not (?:allowed|permitted) to send (?:us )?(?:e-?)?mail(?! to)|\bcountry\b",
            r"connections? (?:[\w-]+ ){0,2}(?:from|by) .{0,25}(?:reject|denied|prohibit|block"
            r"|forbid)",
            r"connections? (?:[\w-]+ ){0,2}(?:from|by) .{0,25}not (?:be )?(?:allow|accept|permit)",
            r"^5\d\d (?:\S+ )?connection (?:was )?(?:reject|refus|deni|block)ed\b(?! by polic)",
            r"mail server (?:is )?(?:currently )?(?:blocked|listed)",
            r"(?:\bip|<ip>|network|region|country|isp|your (?:server|host|domain|mail server))"
            r"(?: addres\w+)?(?: \[?<(?:ip|host)>\]?)?"
            r"(?: which| that| is| are| has| have| been| was| currently| temporarily|"
            r" permanently)* "
            r"(?:block|list|refused|rejected|denied|suspended|forbidden|not (?:allow|welcome|acc))",
            r"domain (?:is )?blocked",
            r"(?:block|reject|refus|den)\w*(?: your| sending| the| this| source| client| from| host"
            r"| mails?| messages?| connections?| e-?mails?)* "
            r"(?:- )?(?:ip\b|<?<ip>|country|region|network)",
            r"(?:\bip\b|<ip>).{0,40}(?:not authori|resolve)|(?:forbidden|denied) by your ip",
            r"(?:server|relay) (?:of|at|from) your (?:isp|\w* ?service)",
            r"(?:messages|mail) from (?:[\w-]+ )?\[?<ip>\]? .{0,40}(?:not|deferred|reject|blocked)",
        ),
    ),
)

OF_THE_SENDERS_ADDRESS: tuple[Wording, ...] = (
    Wording(
        Reason.POLICY_REJECTED,
        "RFC 3463 x.7.1 and x.7.2: a rule that names itself",
        (
            r"(?:local|content|security|site|domain'?s|organi[sz]ation\w*|recipient\w*|server)"
            r"(?: [\w-]+){0,2} polic(?:y|ies)",
            r"(?:due to|because of|by|for|against|violat\w*|target address)(?: [\w-]+){0,2}"
            r" polic(?:y|ies)",
            r"policy (?:viol|reason|rejec|restric|block|error|on)",
            r"administrative(?:ly)? prohib",
            r"recipient.{0,20}preference",
            r"delivery not authori",
            r"(?:rejected|blocked|refused) by (?:the )?(?:recipient|admin|user|filter|destination)",
            r"not authori[sz]ed to send",
            r"(?:allowed|approved|trusted) senders|internal (?:use )?only|block(?:ed|s) you\b",
            r"only (?:accepts?|receives?|internal|members|authenticated|subscribers|registered)",
            r"(?:local|internal) users? only|not want",
            r"not accepted for",
            r"not accept (?:any )?(?:(?:e-?)?mails?|messages) from",
            r"will not accept (?:delivery|mails?|messages)",
            r"white ?list",
            r"spoof|impersonat|forger|claims to be",
        ),
    ),
    Wording(
        Reason.SENDER_REJECTED,
        "RFC 3463 x.1.7 and x.1.8; Postfix's, Exim's and Sendmail's checks of the sender",
        (
            rf"(?:{_BAD}|fake|forged|unresolvable|no such|reject(?:ed|ing)?|unacceptable|"
            rf"denies the|verify(?: the)?|valid) {_SENDER}",
            rf"{_SENDER}(?:'?s)?(?: \S+){{0,5}}? (?:{_BAD}|reject|deny|fail|suspended|inactive|"
            rf"blacklisted|mismatch|must\b|not owned|not (?:be )?(?:exist|found|valid|verif|resolv|"
            rf"accept|allow|permit|regist|support|in\b)|no (?:mx|a|mail exchanger)\b)",
            r"bad ?mail ?from|\bnull senders?\b|required for sender",
            r"domain of (?:the )?sender",
            r"(?:sender|postmaster) verif|verification failed (?:for|while)",
            r"call-?(?:out|back) verification",
            r"purported responsible",
            r"not allowed to (?:send|use)|permissions? to send as",
        ),
    ),
)
"""Asked after the mailbox's fullness, before everything else about the recipient."""
