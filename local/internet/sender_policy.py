"""SPF (RFC 7208): may this client send for this domain?"""

from collections.abc import Callable, Mapping
from typing import Any

import spf
from dns.exception import DNSException
from dns.resolver import Resolver

from local.internet.lookup import NOTHING_THERE

# The shapes in which pyspf expects the records.
_VALUES: Mapping[str, Callable[[Any], object]] = {
    "A": lambda record: record.address,
    "AAAA": lambda record: record.address,
    "MX": lambda record: (record.preference, record.exchange.to_text(omit_final_dot=True)),
    "PTR": lambda record: record.target.to_text(omit_final_dot=True),
    "TXT": lambda record: record.strings,
}


def check_sender_policy(*, client: str, helo: str, mail_from: str, resolver: Resolver) -> str:
    """The result for MAIL FROM, or for the HELO name when the sender is null (RFC 7208, 2.4).

    One of pass, fail, softfail, neutral, none, temperror and permerror.
    """
    query = spf.query(i=client, s=mail_from, h=helo)

    def look_up(
        name: str,
        qtype: str,
        cnames: object = None,  # noqa: ARG001 - pyspf passes it; the DNS follows aliases itself
        ignore_void: bool = False,
    ) -> list[object]:
        try:
            return [_VALUES[qtype](record) for record in resolver.resolve(name, qtype)]
        except NOTHING_THERE:
            if not ignore_void:
                _count_void_lookup(query)
            return []
        except DNSException as error:
            raise spf.TempError(f"{name} {qtype}: {error}") from error

    # pyspf has no parameter for a resolver; its own method asks the default one of the process,
    # which two internets would share.
    query.dns = look_up
    result, _, _ = query.check()
    return str(result)


def _count_void_lookup(query: Any) -> None:
    """RFC 7208, 4.6.4: a record that makes more than two look-ups find nothing is an error."""
    query.void_lookups += 1
    if query.void_lookups > spf.MAX_VOID_LOOKUPS:
        raise spf.PermError(f"more than {spf.MAX_VOID_LOOKUPS} look-ups found nothing")
