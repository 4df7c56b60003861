"""Which hosts take mail for a domain (RFC 5321, 5.1, and RFC 7505)."""

import random

import dns.exception
import dns.resolver


class NoSuchDomainError(Exception):
    """The domain does not exist, or has neither an MX nor an address record."""


class NullMxError(Exception):
    """The domain says that it takes no mail (RFC 7505)."""


class LookupFailedError(Exception):
    """The DNS gave no usable answer; another time it may."""


def find_exchanges(resolver: dns.resolver.Resolver, domain: str) -> list[str]:
    """The hosts to try, best first, in lower case without the final dot.

    Hosts of equal preference come in random order, as RFC 5321 asks. A domain without MX records
    but with an address record is its own host. Raises one of this module's errors.
    """
    try:
        records = list(resolver.resolve(domain, "MX", search=False))
    except dns.resolver.NXDOMAIN as err:
        raise NoSuchDomainError(domain) from err
    except dns.resolver.NoAnswer:
        return [_address_host(resolver, domain)]
    except dns.exception.DNSException as err:
        raise LookupFailedError(domain) from err
    if [str(record.exchange) for record in records] == ["."]:
        raise NullMxError(domain)
    random.shuffle(records)
    ordered = sorted(records, key=lambda record: record.preference)
    return [str(record.exchange).rstrip(".").lower() for record in ordered]


def _address_host(resolver: dns.resolver.Resolver, domain: str) -> str:
    for kind in ("A", "AAAA"):
        try:
            resolver.resolve(domain, kind, search=False)
        except (dns.resolver.NoAnswer, dns.resolver.NXDOMAIN):
            continue
        except dns.exception.DNSException as err:
            raise LookupFailedError(domain) from err
        return domain
    raise NoSuchDomainError(domain)
