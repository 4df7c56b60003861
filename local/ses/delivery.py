"""From an accepted message to the recipient's server, with retries until it is settled."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

import dns.resolver

from local.ses.bounces import (
    HARD,
    ON_ACCOUNT_SUPPRESSION_LIST,
    SOFT,
    TIMED_OUT,
    bounce_type,
    expired,
)
from local.ses.events import BouncedRecipient
from local.ses.exchanges import (
    LookupFailedError,
    NoSuchDomainError,
    NullMxError,
    find_exchanges,
)
from local.ses.identifiers import now
from local.ses.message import Message
from local.ses.outcomes import Outcomes
from local.ses.replies import Attempt, Reply, Verdict
from local.ses.settings import MAX_DELIVERY_SECONDS, Settings
from local.ses.simulator import MailboxSimulator
from local.ses.smtp_client import UNREACHABLE, SmtpClient
from local.ses.work_queue import WorkQueue

_log = logging.getLogger(__name__)

Endpoint = Callable[[str], tuple[str, int]]
"""Where the SMTP server of an MX host listens; raises OSError when there is none."""

_ON_THE_LIST = (
    "Amazon SES did not send the message to this address because it is on the suppression list"
    " for your account. For more information about removing addresses from the suppression list,"
    " see the Amazon SES Developer Guide at"
    " https://docs.aws.amazon.com/ses/latest/DeveloperGuide/sending-email-suppression-list.html"
)
_INTERNAL = Reply(code=451, text="451 4.3.0 Internal failure")


@dataclass(slots=True, kw_only=True)
class Job:
    """One message to one recipient; owned by one thread at a time."""

    message: Message
    recipient: str
    content: bytes
    """Signed, ready to go out."""
    requires_tls: bool
    max_delivery_seconds: int | None
    expires: datetime
    attempts: int = 0


class Delivery:
    """Delivers jobs on a few threads; none is forgotten before it has an outcome."""

    def __init__(
        self,
        *,
        settings: Settings,
        resolver: dns.resolver.Resolver,
        endpoint: Endpoint,
        hostname: str,
        outcomes: Outcomes,
        simulator: MailboxSimulator,
    ) -> None:
        self._settings = settings
        self._resolver = resolver
        self._endpoint = endpoint
        self._client = SmtpClient(hostname=hostname, settings=settings)
        self._outcomes = outcomes
        self._simulator = simulator
        self._closing = Event()
        self._queue = WorkQueue(self._work, workers=settings.delivery_workers, name="ses-delivery")
        self._settle = {
            Verdict.ACCEPTED: self._accepted,
            Verdict.REFUSED: self._refused,
            Verdict.DEFERRED: self._deferred,
        }

    def put(self, job: Job) -> None:
        """Starts delivering, at once."""
        self._queue.put(job)

    def wait_until_idle(self, timeout: timedelta) -> bool:
        """Waits until every job has an outcome; False when the time is over first."""
        return self._queue.wait_until_idle(timeout)

    def close(self) -> None:
        """Cuts conversations short and ends the threads; what is not settled stays so."""
        self._closing.set()
        self._client.close()
        if left := self._queue.close():
            _log.info("%d emails were still waiting for another try", left)

    def _work(self, job: Job) -> None:
        if self._outcomes.is_suppressed(job.message, job.recipient):
            self._suppressed(job)
        elif self._simulator.owns(job.recipient):
            self._simulator.play(job.message, job.recipient)
        else:
            self._attempt(job)

    def _attempt(self, job: Job) -> None:
        job.attempts += 1
        try:
            attempt = self._try_hosts(job)
        except (NoSuchDomainError, NullMxError) as err:
            self._undeliverable(job, err)
            return
        except LookupFailedError:
            text = f"421 4.4.0 Unable to lookup DNS for {_domain(job.recipient)}"
            attempt = Attempt(verdict=Verdict.DEFERRED, reply=Reply(code=421, text=text))
        except Exception:  # a fault of ours must not lose the email: log it and try again
            _log.exception("attempt %d of %s failed", job.attempts, job.message.message_id)
            attempt = Attempt(verdict=Verdict.DEFERRED, reply=_INTERNAL)
        if not self._closing.is_set():  # a conversation that `close` cut says nothing of the server
            self._settle[attempt.verdict](job, attempt)

    def _try_hosts(self, job: Job) -> Attempt:
        attempt = Attempt(verdict=Verdict.DEFERRED, reply=UNREACHABLE)
        for host in find_exchanges(self._resolver, _domain(job.recipient)):
            attempt = self._try_host(job, host)
            if not attempt.next_host:
                break
        return attempt

    def _try_host(self, job: Job, host: str) -> Attempt:
        try:
            endpoint = self._endpoint(host)
        except OSError:
            return Attempt(verdict=Verdict.DEFERRED, reply=UNREACHABLE, next_host=True)
        return self._client.deliver(
            endpoint,
            mail_from=job.message.envelope_sender,
            recipient=job.recipient,
            content=job.content,
            requires_tls=job.requires_tls,
        )

    def _accepted(self, job: Job, attempt: Attempt) -> None:
        self._outcomes.delivered(job.message, job.recipient, attempt)

    def _refused(self, job: Job, attempt: Attempt) -> None:
        kind = bounce_type(attempt.reply.status, attempt.reply.text)
        self._outcomes.refused(job.message, job.recipient, kind, attempt)

    def _deferred(self, job: Job, attempt: Attempt) -> None:
        moment = now()
        if moment >= job.expires:
            self._expired(job, attempt)
            return
        self._outcomes.delayed(job.message, job.recipient, attempt.reply, job.expires)
        delay = self._settings.retry_delay(job.attempts)
        self._queue.put(job, min(delay, job.expires - moment))

    def _expired(self, job: Job, attempt: Attempt) -> None:
        seconds = job.max_delivery_seconds or MAX_DELIVERY_SECONDS
        own = bounce_type(attempt.reply.status, attempt.reply.text)
        kind = TIMED_OUT if job.max_delivery_seconds else own
        final = Attempt(
            verdict=Verdict.REFUSED,
            reply=expired(attempt.reply, seconds // 60),
            remote_ip=attempt.remote_ip,
        )
        self._outcomes.refused(job.message, job.recipient, kind, final)

    def _undeliverable(self, job: Job, cause: Exception) -> None:
        if isinstance(cause, NullMxError):
            kind, text = HARD, "556 5.1.10 Recipient address has null MX"
        else:
            kind, text = SOFT, "550 5.4.4 Invalid domain"
        reply = Reply(code=int(text[:3]), text=text)
        attempt = Attempt(verdict=Verdict.REFUSED, reply=reply)
        self._outcomes.refused(job.message, job.recipient, kind, attempt)

    def _suppressed(self, job: Job) -> None:
        bounced = BouncedRecipient(
            address=job.recipient, action="failed", status="5.1.1", diagnostic=_ON_THE_LIST
        )
        self._outcomes.bounced(
            job.message,
            ON_ACCOUNT_SUPPRESSION_LIST,
            [bounced],
            reporting_mta="dns; amazonses.com",
            suppress=False,
        )


def _domain(recipient: str) -> str:
    return recipient.rpartition("@")[2].lower()
