"""Checks senders over the DNS of the machine that it runs on."""

from collections.abc import Callable

import dns.resolver

from bellhop.domain.authentication.check import Report, check
from bellhop.domain.authentication.check import Sender as Checked
from bellhop.domain.senders import Sender
from bellhop.name_servers.exchange import Endpoint
from bellhop.name_servers.lookups import Lookups

LONGEST_CHECK = 20.0
"""Seconds; what DNS has not answered by then proves nothing."""


class NameServers:
    """See :class:`bellhop.usecases.ports.Authentication`.

    Args:
        region: whose SES sends.
        resolvers: asked beside name servers.
        organisational_domain: by the Public Suffix List; ``None`` for a public suffix.
    """

    def __init__(
        self,
        region: str,
        resolvers: tuple[Endpoint, ...],
        organisational_domain: Callable[[str], str | None],
    ) -> None:
        self._region = region
        self._resolvers = resolvers
        self._organisational_domain = organisational_domain

    def check(self, sender: Sender) -> Report:
        """Looks the sender's records up."""
        lookups = Lookups(
            sender.domain,
            self._resolvers,
            lifetime=LONGEST_CHECK,
            port=self._resolvers[0].port,
        )
        wanted = Checked(
            domain=sender.domain,
            region=self._region,
            tokens=sender.tokens,
            mail_from=sender.mail_from,
        )
        return check(lookups, wanted, lambda name: self._organisational_domain(name) or name)


def resolvers(address: str = "") -> tuple[Endpoint, ...]:
    """The one at `address:port`; by default those of this machine."""
    if address:
        host, _, port = address.rpartition(":")
        return (Endpoint(host, int(port)),)
    system = dns.resolver.Resolver()
    return tuple(Endpoint(str(each), system.port) for each in system.nameservers)
