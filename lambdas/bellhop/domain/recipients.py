"""Addresses that Bellhop does not send to, whatever their mailbox."""

from collections.abc import Sequence

from bellhop.domain.emails import Recipient
from bellhop.domain.errors import RecipientRefusedError

# Names reserved for tests and documentation (RFC 2606, RFC 6761): nobody reads email there, and the
# bounces would count against the sender.
_RESERVED = ("test", "example", "invalid", "localhost", "example.com", "example.net", "example.org")


def is_reserved(domain: str) -> bool:
    """Whether a domain is one of the reserved names, or inside one."""
    return any(domain == name or domain.endswith(f".{name}") for name in _RESERVED)


def check_recipients(recipients: Sequence[Recipient], *, allow_reserved: bool) -> None:
    """Refuses recipients at reserved domains, unless the stage allows them.

    Raises:
        RecipientRefusedError: names the first such recipient's field.
    """
    for index, recipient in enumerate(recipients):
        domain = recipient.mailbox.domain
        if is_reserved(domain) and not allow_reserved:
            raise RecipientRefusedError(
                f"{domain} is reserved for documentation and receives no email. To try sending "
                "out, use success@simulator.amazonses.com.",
                param=f"/to/{index}/address",
            )
