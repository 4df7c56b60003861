"""How servers in general phrase a refusal: one row a kind of sentence, most telling first.

Patterns are searched in `Reply.words`: lower case, one line, "not" spelt out, names replaced by
`<address>`, `<ip>` and `<host>`. What names our own side (authentication, reputation, rate) comes
before what names the address, so that a refusal of ours never becomes a bad address. A row is
compiled when it is first tried; `re` is not asked before a bounce has to be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from bellhop.domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class Wording:
    """One kind of sentence: what it looks like, what it means, who phrases it so."""

    pattern: str
    reason: Reason
    source: str


_BOX = (
    r"(?:user|recipient|mail ?box|account|addressee|customer|inbox|member|person|alias|"
    r"local[- ]?part|(?:e-?mail |mail )?address|login|username|<address>)"
)
_SENDER = (
    r"(?:sender(?:'?s)?(?: e-?mail)?(?: address| domain| host)?|mail ?from|from address|"
    r"from:?(?: header| domain| address)|from:|return[- ]?path|envelope[- ]?(?:sender|from)|"
    r"originator|domain of (?:the )?sender)"
)
_MAIL = r"(?:e-?mail|mail|message|msg|body|data|attachment)"

STRONG: tuple[Wording, ...] = (
    Wording(
        r"^(?!.*(?:sender|mail ?from|return-?path)).*(?:\bnull ?mx\b|"
        r"\b(?:host|domain|server|system|<host>) (?:does not|do not|is not|not|never) accept"
        r"(?:s|ing)? (?:any |network )?(?:(?:e-?)?mail|messages)\b|no smtp service here)",
        Reason.DOMAIN_UNKNOWN,
        "RFC 7505, RFC 7504, RFC 3463 x.3.2",
    ),
    Wording(
        r"relay(?:ing)?\b.{0,30}(?:denied|disallowed|prohibited|forbidden|disabled|"
        r"not (?:permitted|allowed|authori[sz]ed|enabled|supported))|not relay|relay not|"
        r"(?:unable|configured|permitted|allowed|authori[sz]ed|able) to relay|den(?:y|ies) relay|"
        r"(?:no|open|insecure|illegal) (?:mail )?relay|relaying|rcpthosts|"
        r"not (?:a )?(?:local|hosted) (?:domain|host|recipient)|"
        r"not (?:handle|accept|serve|host|take) (?:e-?)?mail for|not a gateway|"
        r"(?:domain|<host>) (?:is )?not (?:hosted|served|handled|local)",
        Reason.RELAY_DENIED,
        "RFC 5321, 3.6.1; Postfix, Exim, Sendmail, qmail, Exchange",
    ),
    Wording(
        r"(?:duplicate|multiple|more than one|malformed) .{0,20}headers?\b",
        Reason.CONTENT_REJECTED,
        "RFC 5322, 3.6: fields that may occur once, whatever the field",
    ),
    Wording(
        r"unauthenticated senders?\b|authentication (?:is )?required|must (?:be )?authenticate|"
        r"client was not authenticated|submitter failed|(?:start)?tls (?:is |encryption |connection )*"
        r"(?:required|needed)|encryption (?:is )?(?:required|needed)|certificate (?:valid|verif)",
        Reason.POLICY_REJECTED,
        "RFC 4954, section 6, and RFC 3207: only those who log in, or who encrypt",
    ),
    Wording(
        r"\bdmarc\b|\bdkim\b|domainkeys|\barc (?:seal|validation)|\bspf\b|sender policy framework|"
        r"sender ?id\b|unauthenticated|not authenticated|authentication (?:checks?|information|"
        r"results?|requirements?|level|fail\w*)|(?:pass|fails?|failed)(?: \w+){0,2} authentication",
        Reason.AUTH_FAILED,
        "RFC 7208, 6376, 7489, 7372",
    ),
    Wording(
        r"reverse[- ]?(?:dns|lookup|name|mapping|host)|\brdns\b|\bptr\b|fcrdns|name lookup failed|"
        r"find your (?:reverse )?(?:host ?name|ip)|unverif\w+ sending ip|no hostname|"
        r"\b(?:helo|ehlo)\b(?! first)|"
        r"(?:ip|client|host)(?: ?name)?(?: address)?(?: <ip>)? (?:does|can|could) not (?:be )?re",
        Reason.REPUTATION_BLOCKED,
        "RFC 7372, 3.3; Postfix checks of the client's name and of HELO",
    ),
    Wording(
        rf"(?<!header ){_MAIL}(?:'s)? (?:size |length |is |was )*(?:too (?:big|large|long)|"
        rf"exceed|larger|bigger)|too (?:big|large|long) (?:a )?{_MAIL}|{_MAIL} (?:size|length)\b|"
        r"maximum size|(?<!mailbox )(?:size|line|length) limit (?:exceed|is)|line (?:is )?too long|"
        r"\bsize (?:limit )?exceeds?\b|exceed\w* (?:\S+ ){0,4}size|(?<!headers )too large\b",
        Reason.MESSAGE_TOO_LARGE,
        "RFC 1870, RFC 3463 x.3.4 and x.2.3",
    ),
    Wording(
        r"^(?!.*(?:reputation|complaint)).*(?:gr[ae]y ?-?list|frequency limit|throttl|slow down|"
        r"rate[- ]?(?:limit|control)|at a rate|unusual (?:rate|volume|traffic)|mail flood|"
        r"excessive (?:volume|rate|number|mail|connect)|(?:receiv|send)ing .{0,20}too (?:quick|fast)"
        r"|(?:too|so) (?:fast|quickly|frequently|often)|trop de (?:connexion|message)|"
        r"too (?:many|much) (?:\w+ ){0,2}(?:connection|session|message|e?-?mail|recipient|rcpt|"
        r"request|command|transaction|error|attempt|hits|traffic|deliver)|"
        r"(?:connection|message|session|sending|recipient|daily|hourly|concurren\w+|submission|"
        r"relay|per (?:hour|day|minute))s? (?:\w+ )?(?:limit|quota|rate|threshold)s?\b|"
        r"(?:exceed|reach)\w* (?:\w+ ){0,5}(?:maximum|max|allowed|limit|rate|number|threshold)s?\b"
        r".{0,30}(?:connection|message|session|hour|day|minute|recipient|rate|e-?mails)|"
        r"max\w* (?:number of )?(?:messages?|connections?|sessions?|recipients?) )",
        Reason.RATE_LIMITED,
        "RFC 6647 (greylisting); rate limits of Postfix, Exchange, Google and others",
    ),
    Wording(
        r"(?:url|uri|link|web ?site)s? .{0,40}(?:black|block|list)|\b[su]ri?bl\b",
        Reason.SPAM_CONTENT,
        "SURBL and URIBL users: a listed link in the text",
    ),
    Wording(
        r"(?:detected|classified|identified|considered|tagged|marked|scored) as (?:\w+ )?spam\b"
        r"(?! (?:source|sender))",
        Reason.SPAM_CONTENT,
        "content filters that name their verdict",
    ),
    Wording(
        r"geograph|geo-?(?:ip|block|loc)|complaints|black[- ]?list|block[- ]?list|deny[- ]?list|\bdns[- ]?bl|\w*rbl\b|\brbl|"
        r"spamhaus|spamcop|barracudacentral|senderbase|cloudmark|\bsorbs|reputation|"
        r"\bbanned\b(?! (?:content|file|attach)|:)|"
        r"dynamic (?:ip|address|pool|range|host|client)|dial-?up|residential|spamming|spammer|"
        r"(?:spam|abuse|junk) (?:source|sender|incident|origin)|source of (?:spam|junk|abuse)|"
        r"too (?:much|many) (?:spam|junk|unwanted|unsolicited|abus)|incident de spam|"
        r"unwanted (?:e-?mails?|messages) have been|client host .{0,12}(?:rejected|blocked)|"
        r"(?:\bip|<ip>|network|region|country|isp|your (?:server|host|domain|mail server))"
        r"(?: addres\w+)?(?: \[?<ip>\]?)?(?: is| are| has| have| been| was| currently|"
        r" temporarily| permanently)* (?:block|list|refused|rejected|denied|suspended|forbidden|"
        r"not (?:allowed|welcome|accepted))|domain (?:is )?blocked|"
        r"(?:block|reject|refus|den)\w*(?: your| sending| the| this| source| client| from| mails?|"
        r" messages?| connections?| host| e-?mails?)* (?:ip\b|<ip>|country|region|network)|"
        r"host network|(?:messages|mail) from (?:\w+ )?\[?<ip>\]? .{0,40}(?:not|deferred|reject|"
        r"blocked)",
        Reason.REPUTATION_BLOCKED,
        "users of DNS block lists (RFC 5782) and of reputation services",
    ),
    Wording(
        r"^(?!.*\bspam).*(?:virus|malware|malicious|infected|trojan|\bworm\b)",
        Reason.CONTENT_REJECTED,
        "virus scanners",
    ),
    Wording(
        rf"(?:is|as|like|be|consider|considered|detected|looks|suspected|tagged|scored|marked|for|contains?|of|probably|likely|possible) (?:\w+ )?(?:being )?(?:spam|junk|"
        rf"bulk|phish\w*|uce|ube)\b|spam(?:-?like)? (?:or virus )?(?:content|detect|reject|score|"
        rf"filter|refused|found|signature|probability|check|denied|blocked|{_MAIL})|"
        rf"reject.{{0,40}}\bspam\b|\bspam\.?$|junk (?:e-?)?mail|unsolicited|anti-?spam|phishing|"
        rf"{_MAIL} content|content (?:filter|reject|scan)|spamassassin|suspicious|suspected|"
        rf"{_MAIL} (?:refuse|rejete)\b|looks like|spam-like",
        Reason.SPAM_CONTENT,
        "content filters: amavis, SpamAssassin, Rspamd, Vade, Cloudmark and others",
    ),
    Wording(
        r"attachment|file (?:type|extension|name)|executable|(?:banned|forbidden|prohibited) "
        r"(?:content|file)|headers? too|security (?:issue|threat)|media error|\bmime\b|bare (?:lf|cr|newline|line)|"
        r"(?:missing|invalid|bad|improper|illegal|required|too many|without|no) .{0,25}headers?\b|"
        r"headers? .{0,30}(?:missing|invalid|too|required|not|error|size)|header error|"
        r"(?:multiple|missing|no|invalid)(?: \w+){0,3} (?:from|date|message-?id)\b(?! <)|"
        r"complian|\brfc ?-?[25]?[38]22\b|8-?bit|charset|character set|conversion|encoding|"
        rf"malformed {_MAIL}|unsupported|{_MAIL} format",
        Reason.CONTENT_REJECTED,
        "RFC 3463 x.6.x; checks of form against RFC 5322",
    ),
    Wording(
        r"^(?!.*(?:daily|hourly|relay|sending)).*(?:(?:over|exceed\w*|out of|beyond|reached|above)"
        r" (?:\w+ ){0,3}(?:quota|storage)|(?:quota|storage)(?: \w+){0,3} (?:exceed|full|reach|"
        r"violat)|over-?quota|(?:mail ?\w*|account|inbox|user|maildir|store)(?: \S+){0,4} full\b|"
        r"full mail|mail ?box (?:has )?(?:exceed|size|over|reached)|disk quota|"
        r"(?:not enough|insufficient|no|no more) (?:\w+ )?(?:room|space|storage)(?: \w+){0,4} "
        r"(?:mail ?box|user|account|recipient|inbox)|"
        r"(?:boite|casella|buzon|postfach|bal)(?: \S+){0,4} (?:pleine?|piena|llen[oa]|voll)\b|"
        r"quota (?:depasse|superata|excedida)|cuota (?:excedida|superada))",
        Reason.MAILBOX_FULL,
        "RFC 3463 x.2.2, RFC 5321 reply 552",
    ),
    Wording(
        r"(?:local|content|security|site|domain'?s|organi[sz]ation\w*|recipient\w*|server|due to|by|"
        r"for|against|violat\w*|target address)(?: \w+){0,2} polic(?:y|ies)|policy (?:viol|reason|"
        r"rejec|restric|block|reject|on)|administrative(?:ly)? prohib|recipient.{0,20}preference|"
        r"delivery not authori|rejected by (?:the )?(?:recipient|administrator|user|filter)|"
        r"not authori[sz]ed to send|only (?:accepts?|internal|members|authenticated)|"
        r"not accepted for|will not accept (?:delivery|mail|messages)|white ?list|spoof|impersonat|"
        r"forger|claims to be",
        Reason.POLICY_REJECTED,
        "RFC 3463 x.7.1 and x.7.2: a rule that names itself",
    ),
    Wording(
        rf"(?:invalid|bad|unknown|unverified|illegal|fake|forged|unauthori[sz]ed|unroutable|"
        rf"unresolvable|malformed|non-?existent|blocked|denied|reject(?:ed|ing)?|unacceptable|"
        rf"no such|prohibited|denies the|verify the|verify|valid) {_SENDER}|"
        rf"{_SENDER}(?:'?s)?(?: \S+){{0,5}}? (?:not (?:be )?(?:exist|found|valid|verif|resolv|"
        rf"accept|allow|permit)|invalid|reject|denied|deny|refused|unknown|blocked|prohibited|"
        rf"malformed|unroutable|unverified|illegal|fail|unauthori|disabled)|sender verif|"
        rf"call-?(?:out|back) verification|emetteur invalide|purported responsible|"
        rf"not allowed to (?:send|use)",
        Reason.SENDER_REJECTED,
        "RFC 3463 x.1.7 and x.1.8; Postfix, Exim and Sendmail checks of the sender",
    ),
    Wording(
        rf"(?:disabled|suspended|inactive|deactivated|locked|frozen|closed|terminated|expired|"
        rf"blocked|cancell?ed|discontinued|archived|dormant) (?:e-?mail |user |recipient )?{_BOX}\b|"
        rf"{_BOX}(?:'?s)?\b[^:]{{0,60}}?(?:disabled|suspended|inactive|deactivated|locked|frozen|"
        rf"closed|terminated|discontinued|not (?:active|activated)|expired|cancell?ed|dormant|"
        rf"\bblocked|bloque|desactive|hangup)|no longer (?:accept|receiv|active)\w*|"
        rf"not accepting (?:mail|messages|e-?mail)|(?:cuenta|buzon) (?:\S+ ){{0,3}}(?:desactivad|"
        rf"suspendid|cerrad)|gesperrt|disattivat|sospes[ao]",
        Reason.MAILBOX_DISABLED,
        "RFC 3463 x.2.1; Yahoo, Google, La Poste, mail.ru and others",
    ),
    Wording(
        r"(?:has|have|was|been) (?:moved|relocated|migrated)|moved to|"
        r"(?:address|e-?mail)(?: \S+){0,3} changed|new (?:e-?mail )?address|forwarding address|"
        r"please (?:use|try|update|write to|send to|forward)(?: \S+){0,6} (?:instead|<address>|new)|"
        r"user not local|no longer (?:with|at|works|employed)|left the company|"
        r"nueva direccion|nouvelle adresse|nuovo indirizzo|neue adresse",
        Reason.ADDRESS_MOVED,
        "RFC 3463 x.1.6, RFC 5321 reply 551",
    ),
    Wording(
        r"(?:host|domain)(?: ?name)?(?: \S+){0,4} (?:unknown|not (?:be )?(?:found|exist|resolve)|"
        r"invalid|nonexist\w*)|(?:unknown|no such|invalid|non-?existent|bad) (?:mail )?(?:host|"
        r"domain|destination (?:host|system|domain)|server)|nxdomain|name or service not known|"
        r"<host> (?:does|do) not exist|name server:|all relevant mx records|name service error|"
        r"no data record|"
        r"(?:unable|not|fail\w*|error) (?:to )?(?:look ?up|looking up|resolve|route|find)(?: \S+){0,4}"
        r" (?:dns|host|domain|<host>|mx|name|exchanger)|unrout\w+ (?:mail )?domain|"
        r"dns (?:hard |soft |lookup |query |name |server )?(?:error|fail|returned|domain)|"
        r"no (?:mx|mail exchanger|a|mail ?server) (?:record|host|for|or)|mx (?:record|lookup|host)s?"
        r"\b.{0,30}(?:not|no|fail|invalid|missing|point)|no valid mx",
        Reason.DOMAIN_UNKNOWN,
        "RFC 3463 x.1.2 and x.4.4; resolvers' own words",
    ),
    Wording(
        r"^4\d\d\b.*(?:mail ?box|user|account|recipient)(?: is)?(?: \w+){0,2} (?:unavailable|busy)",
        Reason.SERVER_ERROR,
        "RFC 5321 reply 450: a mailbox that is only busy",
    ),
    Wording(
        rf"(?:no such|unknown|invalid|non-?existe?nt|bad|not an?(?: valid| known| active)?|illegal|"
        rf"incorrect|undeliverable|unavailable|malformed|no valid|wrong)(?: or \w+)? "
        rf"(?:\w+ ){{0,3}}?{_BOX}(?!\w)|"
        rf"{_BOX}(?!\w).{{0,45}}?(?:\bunknown|\bnot (?:be )?(?:found|known|valid|exist|listed|"
        rf"recogni[sz]ed|registered|deliverable|defined|available|here|our|in use)|\binvalid|"
        rf"non-?existe?nt|undeliverable|no longer|not a (?:valid|known|registered)|"
        rf"unrout\w+|inconnue?|invalide)|mail ?box unavailable|unavailable mail ?box|"
        rf"(?:recipient|address|user)(?: address)? (?:was |is |has been )?(?:rejected(?! ?:)|"
        rf"not accepted|unavailable|not ok)|"
        rf"no (?:mail ?box|account|user|recipient|one|person)\b(?: \w+){{0,4}} (?:here|by that|with|"
        rf"for|found|matching|exists|named)|not (?:our|a|known) (?:customer|user|subscriber|member)|"
        rf"not have an? (?:\S+ )?(?:account|mailbox)|unrout\w+ address|"
        rf"(?:destinatario|usuario|utente|casilla|direccion|indirizzo|empf\w+nger|benutzer|"
        rf"destinataire|adresse|boite)(?: \S+){{0,5}}? (?:desconocid|sconosciut|unbekannt|inconnu|"
        rf"invalid|inexistent|no existe|non esiste|nicht|inesistente|n'existe)",
        Reason.USER_UNKNOWN,
        "RFC 3463 x.1.1, RFC 5321 reply 550 to RCPT",
    ),
    Wording(
        r"(?:connection|session|connect\w*|conversation)(?: \S+){0,5} (?:timed? ?out|refused|"
        r"reset|dropped|lost|failed|closed|broken|error)|timed? ?-?out|too many hops|hop count|"
        r"loop(?:ing|s)?\b|(?:message|delivery|mail)(?: \w+){0,3} expired|delivery time|too old|"
        r"in (?:the )?queue too long|\bnot? (?:answer|respon\w+|reach\w*)|unreachable|"
        r"establish(?: \S+){0,3} connection|no route to host|can not connect|"
        r"could not (?:connect|be contacted|contact)|retry time|winsock|lost connection|"
        r"network (?:error|failure|problem|is)",
        Reason.EXPIRED,
        "RFC 3463 x.4.x; queue expiry of qmail, Postfix, Exim, Exchange and SES",
    ),
    Wording(
        r"(?:internal|system|server|local|software|configuration|database|queue|disk|write|read|"
        r"mailer|i/o|lookup|ldap|temporary|unexpected|technical|storage) (?:\w+ )?"
        r"(?:error|failure|problem|fault|exception)|insufficient (?:disk|system|resource|memory|"
        r"storage|space|permission)|(?:out of|low) memory|disk (?:full|space)|"
        r"resources? (?:\w+ )?unavail|(?:command|parameter|argument)s? ?(?:\w+ ){0,3}(?:implement|"
        r"recogni|support|unknown|order|sequence)|(?:bad|improper|wrong) sequence|syntax error|"
        r"overload|server (?:is )?(?:too )?busy|error in processing|transaction failed|"
        r"(?:service|server|system)(?: \w+){0,2} (?:temporarily|currently)\b|"
        r"temporar\w+ (?:unavailable|fail|error|problem)|could not load|can not (?:open|create|lock|"
        r"write)|(?:service|server) (?:is )?(?:not available|unavailable)|maintenance|misconfigur",
        Reason.SERVER_ERROR,
        "RFC 3463 x.3.x and x.5.x; RFC 5321 replies 421, 451, 452 and 50x",
    ),
)
"""Sentences that say what is wrong; they beat a general enhanced code."""

WEAK: tuple[Wording, ...] = (
    Wording(
        r"try (?:\w+ )?(?:again|later)|later(?: \w+)? try|please retry|essayer plus tard|busy|"
        r"temporarily (?:deferred|rejected|refused)|come back later",
        Reason.RATE_LIMITED,
        "replies that only ask to come back",
    ),
    Wording(
        r"polic(?:y|ies)|prohibit|not (?:allowed|permitted|authori[sz]ed|accepted)|access denied|"
        r"denied|authentication required|restrict|refused|preference|permission|reject|forbidden|"
        r"blocked|firewall|security|unacceptable|disallow|administrat|refuse[sd]?\b|protocol viol|"
        r"quarantin",
        Reason.POLICY_REJECTED,
        "refusals that give no cause but their own will",
    ),
)
"""Sentences that say little; they only speak where no code does."""


def read_wording(words: str, rows: Iterable[Wording]) -> Reason | None:
    """The reason of the first row that `words` match, or None."""
    return next((row.reason for row in rows if _compiled(row.pattern).search(words)), None)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
