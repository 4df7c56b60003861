"""Sends what the recipients' servers themselves have to say: notifications and reports."""

import smtplib
from collections.abc import Callable
from email.message import Message
from email.policy import compat32

from dns.resolver import Resolver

from local.internet.lookup import mail_hosts

_TIMEOUT_SECONDS = 30
_ON_THE_WIRE = compat32.clone(linesep="\r\n", mangle_from_=False)


class Mailer:
    """Delivers from the null sender, so that nobody answers a report with a report."""

    def __init__(self, resolver: Resolver, endpoint: Callable[[str], tuple[str, int]]) -> None:
        self._resolver = resolver
        self._endpoint = endpoint

    def send(self, message: Message, *, helo: str, recipient: str) -> str:
        """Try the mail hosts of the recipient's domain in order, once.

        Returns the last reply of the server that took or refused the message, or, when no host
        could be reached, why not.
        """
        problem = f"no mail host for {recipient.rpartition('@')[2]!r} in DNS"
        for host in mail_hosts(self._resolver, recipient.rpartition("@")[2]):
            try:
                return self._hand_over(message, host, helo, recipient)
            except (OSError, smtplib.SMTPException) as error:
                problem = f"{host}: {error}"
        return problem

    def _hand_over(self, message: Message, host: str, helo: str, recipient: str) -> str:
        address, port = self._endpoint(host)
        with smtplib.SMTP(address, port, local_hostname=helo, timeout=_TIMEOUT_SECONDS) as smtp:
            smtp.ehlo_or_helo_if_needed()
            code, text = smtp.mail("")
            if code < 400:
                code, text = smtp.rcpt(recipient)
            if code < 400:
                code, text = smtp.data(message.as_bytes(policy=_ON_THE_WIRE))
        return f"{code} {text.decode('ascii', 'replace')}"
