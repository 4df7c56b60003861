"""Look-ups that mail needs, with "there is nothing" as an empty answer."""

from dns.resolver import NXDOMAIN, NoAnswer, Resolver

NOTHING_THERE = (NXDOMAIN, NoAnswer)


def txt_records(resolver: Resolver, name: str) -> list[bytes]:
    """The TXT records of a name, each joined from its strings."""
    try:
        return [b"".join(record.strings) for record in resolver.resolve(name, "TXT")]
    except NOTHING_THERE:
        return []


def mail_hosts(resolver: Resolver, domain: str) -> list[str]:
    """The hosts that take a domain's mail, the preferred one first (RFC 5321, 5.1).

    Without MX records it is the domain itself, if it has an address. A null MX (RFC 7505) and
    a domain that does not exist give an empty list.
    """
    try:
        answer = sorted(resolver.resolve(domain, "MX"), key=lambda record: record.preference)
    except NXDOMAIN:
        return []
    except NoAnswer:
        return [domain] if _has_address(resolver, domain) else []
    hosts = [record.exchange.to_text(omit_final_dot=True) for record in answer]
    return [host for host in hosts if host != "."]


def _has_address(resolver: Resolver, domain: str) -> bool:
    try:
        return bool(resolver.resolve(domain, "A"))
    except NOTHING_THERE:
        return False
