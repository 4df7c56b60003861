"""Everything that moves mail: out to recipients' servers, and back in from them."""

from collections.abc import Callable
from datetime import timedelta
from time import monotonic

from local.internet import Internet
from local.ses.account import Account
from local.ses.admission import default_mail_from
from local.ses.delivery import Delivery
from local.ses.events import Event, EventWriter
from local.ses.feedback import FeedbackServer, feedback_loop_address
from local.ses.keys import DkimKey, generate
from local.ses.outcomes import Outcomes
from local.ses.sent import SentMessages
from local.ses.simulator import MailboxSimulator
from local.ses.submission import AMAZON_DOMAIN, Submission
from local.ses.verification import feedback_host

OUTGOING_IP = "127.0.0.1"
"""The address from which the local SES sends, and which its SPF record names."""


class MailTransfer:
    """Amazon's mail servers of one region; `submit` is where a message goes in."""

    def __init__(
        self, internet: Internet, account: Account, publish: Callable[[Event], None]
    ) -> None:
        """`publish` takes each event that comes of the mail."""
        region, settings = account.region, account.settings
        hostname, own_key, sent = outgoing_host(region), generate(), SentMessages()
        outcomes = Outcomes(
            account,
            EventWriter(account=account.id, hostname=hostname, outgoing_ip=OUTGOING_IP),
            publish,
        )
        self._simulator = MailboxSimulator(outcomes, later=settings.simulator_delay)
        self._feedback = FeedbackServer(feedback_host(region), sent=sent, outcomes=outcomes)
        self._delivery = Delivery(
            settings=settings,
            resolver=internet.resolver(),
            endpoint=internet.endpoint,
            hostname=hostname,
            outcomes=outcomes,
            simulator=self._simulator,
        )
        self.submit = Submission(
            outcomes=outcomes,
            delivery=self._delivery,
            sent=sent,
            own_key=own_key,
            outgoing_ip=OUTGOING_IP,
        )
        _publish_records(internet, region, own_key)
        internet.register_endpoint(feedback_host(region), self._feedback.endpoint)
        loop = feedback_loop_address(feedback_host(region))
        internet.feedback_loops.register(AMAZON_DOMAIN, loop)

    def wait_until_idle(self, timeout: timedelta) -> bool:
        """Waits until every email that was taken has an outcome; False when time is over first."""
        end = monotonic() + timeout.total_seconds()
        return self._delivery.wait_until_idle(timeout) and self._simulator.wait_until_idle(
            timedelta(seconds=max(0.0, end - monotonic()))
        )

    def close(self) -> None:
        """Ends every conversation and thread."""
        self._delivery.close()
        self._feedback.close()
        self._simulator.close()


def outgoing_host(region: str) -> str:
    """The name by which SES's sending server greets, and which events report."""
    middle = "" if region == "us-east-1" else f".{region}"
    return f"a1-1.smtp-out{middle}.amazonses.com"


def _publish_records(internet: Internet, region: str, own_key: DkimKey) -> None:
    """Amazon's own part of the DNS."""
    host, hostname = feedback_host(region), outgoing_host(region)
    spf = f"v=spf1 ip4:{OUTGOING_IP} -all"
    for domain in {AMAZON_DOMAIN, default_mail_from(region), hostname}:
        internet.dns.publish(domain, "TXT", spf)
    for domain in {AMAZON_DOMAIN, default_mail_from(region), host}:
        internet.dns.publish(domain, "MX", f"10 {host}")
    for name in (host, hostname):
        internet.dns.publish(name, "A", OUTGOING_IP)
    internet.dns.publish(f"{own_key.selector}._domainkey.{AMAZON_DOMAIN}", "TXT", own_key.record)
