"""Every time, rate and size of the local SES, in one place."""

from dataclasses import dataclass
from datetime import timedelta

MAX_DELIVERY_SECONDS = 50_400
"""SES retries a deferred message for 14 hours where the configuration set says nothing.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_DeliveryOptions.html
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the local SES behaves in time. Amazon's values stand beside the defaults."""

    delivery_workers: int = 8
    """Threads that speak SMTP. SES has a fleet; eight carry some 50 emails a second here."""

    retry_delays: tuple[timedelta, ...] = tuple(timedelta(seconds=s) for s in (1, 2, 4, 8, 15))
    """Pauses after a deferral, each of which is told by a DeliveryDelay; the last one repeats.
    SES does not publish its schedule: first retries come after minutes, later ones after hours."""

    delivery_seconds_scale: float = 1 / 420
    """Local seconds for one second of `MaxDeliverySeconds`: SES's 14 hours become two minutes."""

    connect_timeout: timedelta = timedelta(seconds=5)
    """How long to wait for a recipient's server to take the connection (RFC 5321, 4.5.3.2 asks
    for five minutes from a real sender)."""

    reply_timeout: timedelta = timedelta(seconds=10)
    """How long to wait for one SMTP reply (RFC 5321, 4.5.3.2: two to ten minutes)."""

    event_lanes: int = 4
    """Threads that publish events; those of one message stay in order, as they mostly are on AWS,
    which promises no order at all."""

    publish_retry_delays: tuple[timedelta, ...] = tuple(
        timedelta(milliseconds=m) for m in (100, 300, 1_000, 3_000)
    )
    """Pauses before an event that the topic refused is offered again; then it is given up and
    logged, as SES does with a topic that it may not publish to."""

    verification_window: timedelta = timedelta(hours=72)
    """How long missing DNS records are waited for, before and after a first success. Amazon's
    own figure, not shortened: a person may take minutes to publish records locally too.
    https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html"""

    verification_refresh: timedelta = timedelta(seconds=2)
    """Age at which a successful DNS check is made again. SES does so in hours."""

    account: str = "production"
    """The account's state at the start: a row of data/accounts.toml."""

    max_message_bytes: int = 40 * 1024 * 1024
    """Largest message after encoding: 40 MB in the v2 API.
    https://docs.aws.amazon.com/ses/latest/dg/quotas.html"""

    max_recipients: int = 50
    """Largest number of To, Cc and Bcc addresses of one message (same page)."""

    simulator_delay: timedelta = timedelta(milliseconds=100)
    """Pause between a simulator's delivery and the complaint or auto-reply that follows it.
    Seconds to minutes on AWS."""

    def retry_delay(self, attempts: int) -> timedelta:
        """The pause after the `attempts`-th deferred try, counted from one."""
        return self.retry_delays[min(attempts, len(self.retry_delays)) - 1]

    def lifetime(self, max_delivery_seconds: int | None) -> timedelta:
        """How long a message is retried locally before it expires."""
        seconds = max_delivery_seconds or MAX_DELIVERY_SECONDS
        return timedelta(seconds=seconds * self.delivery_seconds_scale)
