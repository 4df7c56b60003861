"""What a server makes of an authenticated message: one row for each policy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from local.internet.authentication import Authentication
from local.internet.characters import Server
from local.internet.dmarc import organizational_domain
from local.internet.mailboxes import Folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """Accept into a folder, or, when `refusal` names a reply, refuse with it."""

    folder: Folder = Folder.INBOX
    refusal: str = ""


# None: the policy has nothing to say about this message.
Policy = Callable[[Authentication, Server], Ruling | None]


def _obeys_dmarc(authentication: Authentication, _server: Server) -> Ruling | None:
    """RFC 7489, 6.3: does with a failing message what its domain's owner asks for."""
    if authentication.verdicts.dmarc != "fail":
        return None
    wishes = {
        "reject": Ruling(refusal="dmarc_refused"),
        "quarantine": Ruling(folder=Folder.JUNK),
    }
    return wishes.get(authentication.dmarc_policy)


def _refuses_unauthenticated(authentication: Authentication, _server: Server) -> Ruling | None:
    verdicts = authentication.verdicts
    if "pass" in (verdicts.spf, verdicts.dkim):
        return None
    return Ruling(refusal="unauthenticated")


def _quarantines_own_domain(authentication: Authentication, server: Server) -> Ruling | None:
    return Ruling(folder=Folder.QUARANTINE) if _is_own(authentication, server) else None


def _refuses_own_domain(authentication: Authentication, server: Server) -> Ruling | None:
    return Ruling(refusal="own_domain_refused") if _is_own(authentication, server) else None


def _is_own(authentication: Authentication, server: Server) -> bool:
    """Whether mail from outside claims to come from a domain that the server protects."""
    protected = {organizational_domain(domain) for domain in server.domains}
    return organizational_domain(authentication.from_domain) in protected


POLICIES: Mapping[str, Policy] = {
    "obeys_dmarc": _obeys_dmarc,
    "refuses_unauthenticated": _refuses_unauthenticated,
    "quarantines_own_domain": _quarantines_own_domain,
    "refuses_own_domain": _refuses_own_domain,
}


def rule(authentication: Authentication, server: Server) -> Ruling:
    """The first ruling of the server's policies, in their order; the inbox when none has one."""
    for name in server.policies:
        if ruling := POLICIES[name](authentication, server):
            return ruling
    return Ruling()
