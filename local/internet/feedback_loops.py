"""Who wants to hear of complaints: senders register with the recipients' providers."""


class FeedbackLoops:
    """The report addresses by the DKIM domain (d=) of the mail that they care for."""

    def __init__(self) -> None:
        self._addresses: dict[str, str] = {}

    def register(self, dkim_domain: str, address: str) -> None:
        """Send reports about mail with a valid signature of this domain to this address."""
        self._addresses[dkim_domain.lower()] = address

    def address(self, dkim_domains: list[str]) -> str:
        """The address of the first registered domain; "" when none is."""
        registered = (self._addresses.get(domain.lower(), "") for domain in dkim_domains)
        return next(filter(None, registered), "")
