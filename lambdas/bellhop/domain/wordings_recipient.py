"""What servers say of the address, its mailbox, its domain, and of themselves.

Rows are in the order in which they are asked. The words they are searched in are lower case,
with "not" spelt out and names replaced by `<address>`, `<ip>` and `<host>`.
"""

from bellhop.domain.reasons import Reason
from bellhop.domain.wordings import Wording, both

_BOX = (
    r"(?:user|recipient|mail ?box|account|addressee|customer|inbox|member|person|alias|"
    r"local[- ]?part|(?:e-?mail |mail )?address|e-?mail name|login|username|"
    r"<address>)(?:e?s)?(?!\w)"
)
_UNKNOWN = (
    r"\b(?:unknown|unavailable|invalid|non-?exist[ae]?nt|undeliverable|no longer|unrout\w+|wrong|"
    r"verif\w* (?:.{0,20}fail|problem|error)|fully ?- ?qualified|(?:can|could) not be|"
    r"not (?:be )?(?:found|known|valid|exist|listed|registered|recogni[sz]ed|deliverable|defined|"
    r"available|present|used|in use|here|our|local|accessible|an? (?:valid|known|registered)|"
    r"on (?:this|the"
    r"|our|post))|"
    r"not in (?:[\w-]+ ){0,3}(?:list|directory|table|database|recipients))"
)
_NO_BOX = r"(?:service|server|system|resource|queue|database)"
_CLOSED = (
    r"(?:disabled|suspended|inactive|deactivated|locked|frozen|closed|terminated|discontinued|"
    r"not activ|expired|deleted|\bblocked|cancell?ed|dormant|archived|hangup)"
)
_NOT_TAKING = r"not accepting (?:(?:e-?)?mails?|messages)(?! from)"

OF_THE_SERVICE: tuple[Wording, ...] = (
    Wording(
        Reason.DOMAIN_UNKNOWN,
        "RFC 7505, RFC 7504, RFC 3463 x.3.2",
        (
            r"\bnull ?mx\b",
            r"(?:\bhost|\bdomain|\bserver|\bsystem|<host>) (?:does not|do not|is not|not|never) "
            r"accept(?:s|ing)? (?:any |network )?(?:(?:e-?)?mail|messages)\b(?! from)",
            r"no smtp service here|indicated no smtp service|not used for (?:e-?)?mail",
        ),
        unless=r"sender|mail ?from|return-?path",
    ),
    Wording(
        Reason.RELAY_DENIED,
        "RFC 5321, 3.6.1; Postfix, Exim, Sendmail, qmail, Exchange",
        (
            r"relay(?:ing)?\b.{0,30}(?:denied|disallowed|prohibited|forbidden|disabled|rejected)",
            r"relay(?:ing)?\b.{0,30}not (?:permitted|allowed|authori[sz]ed|enabled|supported)",
            r"not relay|relay not|no longer relay|(?<!on )relaying",
            r"(?:unable|configured|permitted|allowed|authori[sz]ed|able) to (?:be )?relay",
            r"den(?:y|ies) relay",
            r"(?:no|open|insecure|illegal) (?:mail )?relay",
            r"rcpthosts",
            r"as a relay|for relay\b|forwarding to remote|non-?local|relay check|open ?relay",
            r"not (?:a )?(?:local|hosted) (?:domain|host|recipient)",
            r"not (?:handle|accept|serve|host|take|deliver) (?:e-?)?mail for",
            r"not a gateway",
            r"(?:domain|<host>) (?:is )?not (?:hosted|served|handled|local)",
        ),
    ),
)
"""Asked first: the server says that it has nothing to do with the address."""

OF_THE_ROOM: tuple[Wording, ...] = (
    Wording(
        Reason.MAILBOX_FULL,
        "RFC 3463 x.2.2, RFC 5321 reply 552",
        (
            r"(?:over|exceed\w*|out of|beyond|reached|above) (?:[\w-]+ ){0,3}(?:quota|storage)",
            r"(?:quota|storage)(?: [\w-]+){0,3} (?:exceed|full|reach|violat)",
            r"(?:mail ?box|account|inbox)(?: is)? (?:over (?:\w+ )?limit|limit (?:is )?(?:reach"
            r"|exce))",
            r"over-?quota|disk quota|storage limit|full mail",
            r"(?:mail ?\w*|account|inbox|user|maildir|store)(?: \S+){0,4} full\b",
            r"(?:mail ?box|inbox) (?:has )?(?:size|over|reached)|mail ?box (?:\S+ ){0,3}too"
            r" (?:much|many|large)",
            r"(?:not enough|insufficient|no|no more) (?:[\w-]+ )?(?:room|space|storage)(?:"
            r" [\w-]+){0,4} "
            r"(?:mail ?box|user|account|recipient|inbox)",
            r"(?:mail ?box|mail ?folder|inbox|user)(?: \S+){0,3} exceed",
            r"too many messages (?:on|in) |number of messages|any more (?:e-?)?mail|\bis full\b",
            r"space available|error writing message",
            r"(?:mail ?box|user|recipient|account)(?: \S+){0,3} out of (?:[\w-]+ )?space",
            both(
                r"quot[ae]\b|space\b|storage",
                r"exceed|\bover|reached|full|exhaust|used up|shortage|insufficient|"
                r"\bnot (?:[\w-]+ )?enough",
            ),
        ),
        unless=r"daily|hourly|relay|sending|queue quota|submission|system|"
        r"(?:enough|insufficient) disk|disk is full",
    ),
)
"""Asked before the sender's address: a full mailbox is never about the sender."""

OF_THE_RECIPIENT: tuple[Wording, ...] = (
    Wording(
        Reason.MAILBOX_DISABLED,
        "RFC 3463 x.2.1; Yahoo, Google, La Poste, mail.ru and others",
        (
            rf"^5\d\d \S+ (?:is|was|has been) (?:now |currently )?{_CLOSED}",
            rf"{_CLOSED} (?:[\w-]+ )?{_BOX}|rejected ?: (?:[\w-]+ )?{_CLOSED}",
            rf"{_BOX}[^:]{{0,60}}?(?:{_CLOSED}|can not (?:receive|accept)|{_NOT_TAKING})",
            r"inactivity|no (?:[\w-]+ )?activity|never logged|not (?:entered|logged)",
            r"no longer (?:accept|receiv|active|in use)|not an? active",
            r"deactivated|receiving (?:is )?disabled",
            r"address (?:does|can|will) not (?:accept|receive)",
        ),
    ),
    Wording(
        Reason.ADDRESS_MOVED,
        "RFC 3463 x.1.6, RFC 5321 reply 551",
        (
            r"(?:has|have|was|been) (?:moved|relocated|migrated)|moved to",
            r"(?:address|e-?mail)(?: \S+){0,3} changed",
            r"new (?:e-?mail )?address|forwarding address|\buse <address>",
            r"please (?:use|try|update|write to|send to|forward)(?: \S+){0,6} "
            r"(?:instead|<address>|new)",
            r"user not local|^551 (?:\S+ ){0,3}not (?:our|a local)",
        ),
    ),
    Wording(
        Reason.DOMAIN_UNKNOWN,
        "RFC 3463 x.1.2 and x.4.4; resolvers' own words",
        (
            r"(?:host|domain)(?: ?name)?(?: \S+){0,4} (?:unknown|invalid|nonexist)",
            r"(?:host|domain)(?: ?name)?(?: \S+){0,6} not (?:be )?(?:found|exist|resolve)",
            r"(?:unknown|no such|invalid|illegal|non-?exist[ae]nt|bad) (?:mail )?"
            r"(?:host|domain|server)",
            r"\bno mx\b|(?:host|domain) ?(?:name )?lookup fail",
            r"domain (?:name )?(?:is )?(?:missing|malformed)|\b(?:cname|mx|dns) lookup",
            r"bad destination (?:host|system|domain)",
            r"<host> (?:does|do) not exist",
            r"(?:unable|not|fail\w*|error) (?:to )?(?:look ?up|looking up|resolve|route|find):?"
            r"(?: \S+){0,6} (?:dns|host|domain|<host>|mx|name|exchanger)",
            r"unrout\w+ (?:mail )?domain",
            r"dns (?:hard |soft |lookup |query |name |server )?(?:error|fail|returned|domain)",
            r"no (?:valid )?(?:mxs?|mail exchangers?|a|mail ?server|mail) (?:records?|hosts?|for"
            r"|or)\b",
            r"no valid (?:mx|ip)|no ip address",
            r"(?:mx|dns) (?:record|lookup|host|list)s?\b.{0,40}"
            r"(?:not|no|fail|invalid|missing|point|loop)",
            r"nxdomain|name or service not known|name service error|name server:|no data record",
            r"name ?server (?:query|reply)|any mail exchanger|invalid mx|not capable to receive",
            r"all relevant mx records",
        ),
    ),
    Wording(
        Reason.SERVER_ERROR,
        "RFC 5321 reply 450: a mailbox that is only busy, or that could not be asked about",
        (
            rf"^4\d\d\b.*{_BOX}(?: is)?(?: [\w-]+){{0,4}} (?:unavailable|not available|busy)",
            r"unverified address|verification in progress",
        ),
    ),
    Wording(
        Reason.USER_UNKNOWN,
        "RFC 3463 x.1.1, RFC 5321 reply 550 to RCPT",
        (
            rf"(?:no such|unknown|invalid|non-?exist[ae]?nt|bad|bogus|"
            rf"not an?(?: valid| known| active)?|"
            rf"illegal|incorrect|undeliverable|unavailable|malformed|no valid|wrong)"
            rf"(?: or \w+)? (?:[\w-]+ ){{0,3}}?{_BOX}",
            rf"{_BOX}(?:(?!\b{_NO_BOX}).){{0,45}}?{_UNKNOWN}",
            r"^5\d\d not deliverable",
            r"mail ?box (?:\S+ ){0,3}unavailable|unavailable mail ?box",
            rf"(?:unable to|failed to|can not|could not) (?:find|locate|verify|validate) (?:[\w-]+"
            rf" )?{_BOX}",
            r"\bno mail ?box\b",
            r"not in .{0,30}recipients|not known (?:at|here)",
            rf"check (?!with\b).{{0,20}}{_BOX}",
            r"(?:recipient|address|user)(?: address)?(?: <address>)? (?:was |is |has been )?"
            r"(?:rejected(?! ?:)|not accepted|unavailable|not ok)",
            r"\bnot? exist|\bexist not|no valid recipient|no one at",
            r"several matches|not unique|ambiguous|final (?:e-?mail )?delivery point",
            r"(?:restricted|illegal|invalid|bad) characters? in (?:\w+ )?(?:recipient|address"
            r"|local)",
            r"no longer (?:with|at|works|an? employ|employed)|not (?:working|employed)",
            r"left the company|(?:user|person|employee|recipient) (?:has |is )?(?:left|gone)\b",
            r"not (?:reside|live) here|unable to deliver to\b|no (?:local|forwarding) ",
            r"unresolvable",
            r"\bnobody (?:here|at|by|of)|mail ?box name (?:is )?not allowed",
            r"no (?:mail ?box|account|user|recipient|one|person)s?\b(?: [\w-]+){0,4} "
            r"(?:here|by that|with|for|found|matching|exists|named)",
            r"\bnot (?:our |a |known )?(?:customer|user|subscriber|member)\b",
            r"not have an? (?:\S+ )?\S*(?:account|mailbox)",
            r"unrout\w+ address|not listed in .{0,20}directory",
        ),
    ),
    Wording(
        Reason.EXPIRED,
        "RFC 3463 x.4.x; queue expiry of qmail, Postfix, Exim, Exchange and SES",
        (
            r"(?<!^5\d\d )(?:connection|session|connect\w*|conversation)(?: \S+){0,5} "
            r"(?:timed? ?out|refused|reset|dropped|lost|failed|closed|broken|error)",
            r"timed? ?-?out|too many hops|hop count|loop(?:ing|s)?\b|recursion",
            r"(?:message|delivery|mail)(?: [\w-]+){0,3} expired|delivery time|too old",
            r"in (?:the )?queue (?:for )?too long|retry time|\bwithin \S+ time",
            r"forwarded .{0,40}times",
            r"(?:\bdeliver|deliverable|\bdelivered)(?: \S+){0,4} (?:for|after|within|in) \d+"
            r" ?(?:day|hour|min)",
            r"attempts? exhausted|giving up|given up",
            r"\breceived\W+(?:\w+ )?headers? exceed",
            r"not accept (?:our )?requests? to connect|unreachable",
            r"\bnot? (?:answer|respon\w+|reach\w*)|no route to host",
            r"establish(?: \S+){0,3} connection|(?:can not|unable to) connect",
            r"could not (?:connect|be contacted|contact|be reached)|could be reached",
            r"winsock|lost connection|network (?:error|failure|problem|is)",
        ),
    ),
    Wording(
        Reason.SERVER_ERROR,
        "RFC 3463 x.3.x and x.5.x; RFC 5321 replies 421, 451, 452 and 50x",
        (
            r"(?:internal|system|logon|server|local|software|config\w*|database|queue|disk|write) "
            r"(?:[\w-]+ )?(?:error|failure|problem|fault|exception)",
            r"(?:read|mailer|i/o|lookup|ldap|temporary|unexpected|technical|storage) "
            r"(?:[\w-]+ )?(?:error|failure|problem|fault|exception)",
            r"insufficient (?:disk|system|resource|memory|storage|space|permission)",
            r"(?:out of|low) memory|disk (?:full|space)|resources? (?:[\w-]+ )?unavail",
            r"(?:command|parameter|argument)s? ?(?:[\w-]+ ){0,3}(?:implement|recogni|support"
            r"|unknown)",
            r"command died|command time|maildir delivery|child process|no such file",
            r"scan\w*(?: \S+){0,2} (?:fail|error|unavail|time)",
            r"command (?:[\w-]+ ){0,3}(?:order|sequence)|(?:bad|improper|wrong) sequence",
            r"syntax error|error in processing",
            r"overload",
            r"(?:service|server|system)(?: [\w-]+){0,2} (?:temporarily|currently)\b",
            r"temporar\w+ (?:unavailable|fail|error|problem|suspend)",
            r"could not load|(?:can not|unable to) (?:open|create|lock|write|store|queue|process)",
            r"no space left",
            r"(?:service|server) (?:is )?(?:not available|unavailable)",
            r"maintenance|misconfigur|licen[cs]e (?:[\w-]+ )?(?:expired|invalid|exceeded)",
        ),
    ),
)
"""Asked after all that is said of the sender."""

OF_NO_CAUSE: tuple[Wording, ...] = (
    Wording(
        Reason.RATE_LIMITED,
        "replies that only ask to come back",
        (
            r"try (?:[\w-]+ )?(?:again|later)|later(?: [\w-]+)? try|please retry|come back later",
            r"busy",
            r"temporarily (?:deferred|rejected|refused)",
        ),
    ),
    Wording(
        Reason.SERVER_ERROR,
        "RFC 5321 reply 554 in its own words",
        (r"transaction failed",),
    ),
    Wording(
        Reason.POLICY_REJECTED,
        "refusals that give no cause but their own will",
        (
            r"polic(?:y|ies)|prohibit|forbidden|disallow|unacceptable|restrict|quarantin|banned",
            r"not (?:allowed|permitted|authori[sz]ed|accept)|permission|organi[sz]ational|\bheld\b",
            r"denied|refuse[sd]?\b|reject|\bblock(?:ed|ing)?\b",
            r"authentication required|firewall|security|administrat|preference|protocol viol",
        ),
    ),
)
"""Sentences that say little: asked only where no enhanced code speaks."""
