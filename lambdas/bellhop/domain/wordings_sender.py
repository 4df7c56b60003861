"""What servers say when they refuse us: our proof, our server, our message, our sender.

Rows are in the order in which they are asked. The words they are searched in are lower case,
with "not" spelt out and names replaced by `<address>`, `<ip>` and `<host>`.
"""

from bellhop.domain.reasons import Reason
from bellhop.domain.wordings import Wording

_MAIL = r"(?:e-?mail|mail|message|msg|body|data|attachment)"
_SENDER = (
    r"(?:sender(?:'?s)?(?: e-?mail)?(?: address| domain| host)?|mail ?from|from address|"
    r"from:?(?: header| domain| address)|from:|return[- ]?path|envelope[- ]?(?:sender|from)|"
    r"your (?:e-?mail )?address|originator)"
)

OF_THE_SENDER: tuple[Wording, ...] = (
    Wording(
        Reason.CONTENT_REJECTED,
        "RFC 5322, 3.6: a field that may occur once, whatever the field",
        (r"(?:duplicate|multiple|more than one|malformed) .{0,20}headers?\b",),
    ),
    Wording(
        # Two servers did not agree on encryption. Neither the address nor a rule about us is at
        # fault, and nobody can be asked to allow us: a server is set up wrongly, and SES retries.
        Reason.SERVER_ERROR,
        "RFC 3207, RFC 8461 (MTA-STS), RFC 7672 (DANE), RFC 8689 (REQUIRETLS)",
        (
            r"\b(?:start)?tls\b|\bssl\b|requiretls",
            r"certificate|tlsa\b|\bdane\b|mta-?sts|cryptograph",
            r"encrypt\w* (?:\w+ )?(?:is |are )?(?:required|needed|mandatory|not)|not encrypted",
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
            r"submitter failed",
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
            r"(?:pass|fails?|failed)(?: \w+){0,2} authentication",
        ),
    ),
    Wording(
        Reason.REPUTATION_BLOCKED,
        "RFC 7372, 3.3; Postfix's checks of the client's name and of HELO",
        (
            r"reverse[- ]?(?:dns|lookup|name|mapping|host)",
            r"\brdns\b",
            r"\bptr\b",
            r"fcrdns",
            r"name lookup failed",
            r"find your (?:reverse )?(?:host ?name|ip)",
            r"unverif\w+ sending ip",
            r"no hostname",
            r"(?:ip|client|host)(?: ?name)?(?: address)?(?: <ip>)? (?:does|can|could) not "
            r"(?:be )?re(?:solve|verse|map)",
            r"\b(?:helo|ehlo)\b(?! first| handshake)",
            r"^501 .*invalid domain",  # 501 is about a command's argument: HELO's, here
        ),
    ),
    Wording(
        Reason.MESSAGE_TOO_LARGE,
        "RFC 1870, RFC 3463 x.3.4 and x.2.3",
        (
            rf"(?<!header ){_MAIL}(?:'s)? (?:size |length |is |was )*"
            r"(?:too (?:big|large|long)|exceed|larger|bigger)",
            rf"too (?:big|large|long) (?:a )?{_MAIL}",
            rf"{_MAIL} (?:size|length)\b",
            r"maximum size",
            r"(?<!mailbox )(?:size|line|length) limit (?:exceed|is)",
            r"line (?:is )?too long",
            r"\bsize (?:limit )?exceeds?\b",
            r"exceed\w* (?:\S+ ){0,4}size",
            r"(?<!headers )too large\b",
            r"size limit",
        ),
        unless=r"\bhops\b|(?:mail ?box|mail ?folder|user|recipient)\S* (?:\S+ ){0,3}(?:size|exceed)"
        r"|space available",
    ),
    Wording(
        Reason.RATE_LIMITED,
        "RFC 6647 (greylisting); rate limits of Postfix, Exchange, Google and others",
        (
            r"gr[ae]y ?-?list",
            r"frequency limit",
            r"throttl",
            r"slow down",
            r"rate[- ]?(?:limit|control)",
            r"at a rate",
            r"unusual (?:rate|volume|traffic)",
            r"mail flood",
            r"excessive (?:volume|rate|number|mail|connect)",
            r"(?:receiv|send)ing .{0,20}too (?:quick|fast)",
            r"(?:too|so) (?:fast|quickly|frequently|often)",
            r"too (?:many|much) (?:\w+ ){0,2}(?:connection|session|message|e?-?mail|recipient)",
            r"too (?:many|much) (?:\w+ ){0,2}(?:rcpt|request|command|transaction|error|attempt)",
            r"too (?:many|much) (?:\w+ ){0,2}(?:hits|traffic|deliver)",
            r"(?:connection|message|session|sending|recipient|daily|hourly|concurren\w+)s? "
            r"(?:\w+ )?(?:limit|quota|rate|threshold)s?\b",
            r"(?:submission|relay|queue|per (?:hour|day|minute)) (?:limit|quota|rate|thres\w+)s?\b",
            r"(?:exceed|reach)\w* (?:\w+ ){0,5}(?:max\w*|allowed|limit|rate|number|threshold)s?\b"
            r".{0,30}(?:connection|message|session|hour|day|minute|recipient|rate|e-?mails)",
            r"max\w* (?:number of )?(?:\w+ ){0,2}(?:message|connection|session|recipient)s?\b",
            r"connections? (?:\w+ ){0,2}exceed|thread limit",
        ),
        unless=r"reputation|complaint|(?:invalid|unknown|bad) (?:recip|rcpt|user|addr)|"
        r"messages (?:on|in) (?:the |your |this )?(?:server|mail ?box|inbox)",
    ),
    Wording(
        Reason.SPAM_CONTENT,
        "content filters that name their verdict, or a listed link in the text (SURBL, URIBL)",
        (
            r"(?:detected|classified|identified|considered|tagged|marked|scored) as (?:\w+ )?spam\b"
            r"(?! (?:source|sender))",
            r"(?:url|uri|link|web ?site)s? .{0,40}(?:black|block|list)",
            r"(?:black|block)\w*(?: listed)? (?:url|uri|link)",
        ),
    ),
    Wording(
        Reason.REPUTATION_BLOCKED,
        "users of DNS block lists (RFC 5782) and of reputation services",
        (
            r"black[- ]?(?:list|hole)|list black",
            r"block(?:ing)?[- ]?list|(?<!not )listed (?:by|in|on|at)\b",
            r"found (?:in|on) (?:\w+ )?<host>",
            r"deny[- ]?list",
            r"\bdns[- ]?bl",
            r"rbl\b",
            r"\brbl",
            r"spamhaus|spamcop|barracudacentral|senderbase|cloudmark|\bsorbs",
            r"reputation",
            r"complaints",
            r"(?<!message is )\bbanned\b(?! (?:content|file|attach)|:)",
            r"geograph|geo-?(?:ip|block|loc)",
            r"dynamic (?:ip|address|pool|range|host|client)",
            r"dial-?up|residential|(?:dictionary|harvest\w*) attack|(?:invalid|bad|spam) ip\b",
            r"spamming|spammer",
            r"(?:spam|abuse|junk) (?:source|sender|incident|origin)",
            r"source of (?:spam|junk|abuse)|too many (?:invalid|unknown|bad) ",
            r"too (?:much|many) (?:spam|junk|unwanted|unsolicited|abus)",
            r"unwanted (?:e-?mails?|messages) have been",
            r"client host .{0,12}(?:rejected|blocked)",
            r"not (?:allowed|permitted|authori[sz]ed|welcome) to connect|not accept connections",
            r"not (?:allowed|permitted) to send (?:us )?(?:e-?)?mail|\bcountry\b",
            r"connections? (?:\w+ ){0,2}(?:from|by) .{0,25}(?:reject|denied|prohibit|block|forbid)",
            r"connections? (?:\w+ ){0,2}(?:from|by) .{0,25}not (?:be )?(?:allow|accept|permit)",
            r"^5\d\d (?:\S+ )?connection (?:was )?(?:reject|refus|deni|block)ed\b(?! by polic)",
            r"mail server (?:is )?(?:currently )?(?:blocked|listed)",
            r"(?:\bip|<ip>|network|region|country|isp|your (?:server|host|domain|mail server))"
            r"(?: addres\w+)?(?: \[?<(?:ip|host)>\]?)?"
            r"(?: is| are| has| have| been| was| currently| temporarily| permanently)* "
            r"(?:block|list|refused|rejected|denied|suspended|forbidden|not (?:allow|welcome|acc))",
            r"domain (?:is )?blocked",
            r"(?:block|reject|refus|den)\w*(?: your| sending| the| this| source| client| from| host"
            r"| mails?| messages?| connections?| e-?mails?)* (?:ip\b|<ip>|country|region|network)",
            r"host network",
            r"(?:\bip\b|<ip>).{0,40}(?:not authori|resolve)|(?:forbidden|denied) by your ip",
            r"(?:server|relay) (?:of|at|from) your (?:isp|\w* ?service)",
            r"(?:messages|mail) from (?:\w+ )?\[?<ip>\]? .{0,40}(?:not|deferred|reject|blocked)",
        ),
    ),
    Wording(
        Reason.CONTENT_REJECTED,
        "virus scanners and filters of attachments",
        (
            r"virus|malware|malicious|infected|trojan|\bworm\b",
            r"attachment|file attached|restricted extension|executable|macros?\b",
            r"file (?:type|extension|name)",
            r"(?:bad|banned|forbidden|prohibited|unsafe|harmful|dangerous) (?:content|file)",
            r"security (?:issue|threat)",
        ),
        unless=r"\bspam",
    ),
    Wording(
        Reason.SPAM_CONTENT,
        "content filters: amavis, SpamAssassin, Rspamd, Vade, Cloudmark and others",
        (
            r"spam|\bjunk|\bbulk\b|\b(?:uce|ube|dcc)\b",
            r"unsolicited|phish|suspicious|suspected|\bwords? (?:in|detected|found)",
            rf"{_MAIL} content (?:\w+ )?(?:reject|refus|denied|block|not)",
            r"(?:due to|because of) (?:\w+ ){0,2}content(?!.*polic)|content (?:filter|reject|scan)",
        ),
    ),
    Wording(
        Reason.CONTENT_REJECTED,
        "RFC 3463 x.6.x; checks of form against RFC 5322",
        (
            r"media error|corrupt",
            r"\bmime\b",
            r"bare (?:lf|cr|newline|line)",
            r"headers? too",
            r"(?:missing|invalid|bad|improper|illegal|required|without|no) .{0,25}headers?\b",
            r"too many .{0,25}headers?\b",
            r"headers? .{0,30}(?:missing|invalid|too|required|not|error|size)",
            r"header error",
            r"(?:multiple|missing|no|invalid)(?: \w+){0,3} (?:from|date|message-?id)\b(?! <)",
            r"complian|compl(?:y|ies)\b|\brfc ?-?[25]?[38]22\b|\bhtml\b",
            r"8-?bit|charset|character set|conversion|encoding|smtputf8|non-?ascii",
            rf"malformed {_MAIL}|{_MAIL} format",
        ),
    ),
)
"""Asked before the recipient's rows."""

OF_THE_SENDERS_ADDRESS: tuple[Wording, ...] = (
    Wording(
        Reason.POLICY_REJECTED,
        "RFC 3463 x.7.1 and x.7.2: a rule that names itself",
        (
            r"(?:local|content|security|site|domain'?s|organi[sz]ation\w*|recipient\w*|server)"
            r"(?: \w+){0,2} polic(?:y|ies)",
            r"(?:due to|by|for|against|violat\w*|target address)(?: \w+){0,2} polic(?:y|ies)",
            r"policy (?:viol|reason|rejec|restric|block|error|on)",
            r"administrative(?:ly)? prohib",
            r"recipient.{0,20}preference",
            r"delivery not authori",
            r"(?:rejected|blocked|refused) by (?:the )?(?:recipient|admin|user|filter|destination)",
            r"not authori[sz]ed to send",
            r"only (?:accepts?|internal|members|authenticated|subscribers|registered)",
            r"(?:local|internal) users? only|not want",
            r"not accepted for",
            r"not accept (?:any )?(?:e-?mails?|mail|messages) from",
            r"will not accept (?:delivery|mail|messages)",
            r"white ?list",
            r"spoof|impersonat|forger|claims to be",
        ),
    ),
    Wording(
        Reason.SENDER_REJECTED,
        "RFC 3463 x.1.7 and x.1.8; Postfix's, Exim's and Sendmail's checks of the sender",
        (
            rf"(?:invalid|bad|unknown|unverified|illegal|fake|forged|unauthori[sz]ed) {_SENDER}",
            rf"(?:unroutable|unresolvable|malformed|non-?existent|blocked|denied) {_SENDER}",
            rf"(?:reject(?:ed|ing)?|unacceptable|no such|prohibited|denies the) {_SENDER}",
            rf"(?:verify(?: the)?|valid) {_SENDER}",
            rf"{_SENDER}(?:'?s)?(?: \S+){{0,5}}? not (?:be )?(?:exist|found|valid|verif|resolv)",
            rf"{_SENDER}(?:'?s)?(?: \S+){{0,5}}? not (?:be )?(?:accept|allow|permit|regist)",
            rf"{_SENDER}(?:'?s)?(?: \S+){{0,5}}? (?:invalid|reject|denied|deny|refused|unknown)",
            rf"{_SENDER}(?:'?s)?(?: \S+){{0,5}}? (?:blocked|prohibited|malformed|unroutable)",
            rf"{_SENDER}(?:'?s)?(?: \S+){{0,5}}? (?:unverified|illegal|fail|unauthori|disabled)",
            rf"{_SENDER}(?:'?s)?(?: \S+){{0,5}}? (?:suspended|inactive|blacklisted|must)\b",
            rf"bad ?mail ?from|{_SENDER}(?:'?s)?(?: \S+){{0,5}}? (?:not owned|mismatch)",
            r"domain of (?:the )?sender",
            r"sender verif",
            r"call-?(?:out|back) verification",
            r"emetteur invalide",
            r"purported responsible",
            r"not allowed to (?:send|use)|permissions? to send as",
        ),
    ),
)
"""Asked after the mailbox's fullness, before everything else about the recipient."""
