"""The mailbox simulator: addresses whose fate SES decides by itself, without SMTP.

https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html#send-email-simulator
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from local.ses.bounces import HARD, SOFT, SUPPRESSED
from local.ses.events import BouncedRecipient
from local.ses.message import Message
from local.ses.outcomes import Outcomes
from local.ses.replies import Attempt, Reply, Verdict
from local.ses.work_queue import WorkQueue

DOMAIN = "simulator.amazonses.com"

_TAKEN = Attempt(
    verdict=Verdict.ACCEPTED,
    reply=Reply(code=250, text="250 2.6.0 Message received"),
    remote_ip="127.0.0.1",
)
_UNKNOWN_USER = Attempt(
    verdict=Verdict.REFUSED,
    reply=Reply(code=550, text="550 5.1.1 user unknown"),
    remote_ip="127.0.0.1",
)
_COMPLAINT = {"userAgent": "Amazon SES Mailbox Simulator", "complaintFeedbackType": "abuse"}


def is_simulated(address: str) -> bool:
    """Whether an address is one of the mailbox simulator's."""
    return address.lower().endswith(f"@{DOMAIN}")


class MailboxSimulator:
    """Plays `success`, `bounce`, `ooto`, `complaint` and `suppressionlist`, each with any +label.

    Its addresses never enter the suppression list. Any other local part is an unknown user.
    """

    def __init__(self, outcomes: Outcomes, *, later: timedelta) -> None:
        self._outcomes = outcomes
        self._later_delay = later
        self._later: WorkQueue[Callable[[], None]] = WorkQueue(
            lambda happen: happen(), workers=1, name="ses-simulator"
        )
        self._plays: Mapping[str, Callable[[Message, str], None]] = {
            "success": self._success,
            "ooto": self._out_of_the_office,
            "complaint": self._complaint,
            "suppressionlist": self._suppressed,
        }

    def owns(self, recipient: str) -> bool:
        """Whether the simulator, not a server, decides about this address."""
        return is_simulated(recipient)

    def play(self, message: Message, recipient: str) -> None:
        """Makes the events of one message to one of the addresses."""
        mailbox = recipient.partition("@")[0].partition("+")[0].lower()
        self._plays.get(mailbox, self._bounce)(message, recipient)

    def wait_until_idle(self, timeout: timedelta) -> bool:
        """Waits for what comes later; False when the time is over first."""
        return self._later.wait_until_idle(timeout)

    def close(self) -> None:
        """Ends the thread; complaints and auto-replies still to come do not come."""
        self._later.close()

    def _success(self, message: Message, recipient: str) -> None:
        self._outcomes.delivered(message, recipient, _TAKEN)

    def _bounce(self, message: Message, recipient: str) -> None:
        reply = _UNKNOWN_USER.reply
        bounced = BouncedRecipient(
            address=recipient, action="failed", status=reply.status, diagnostic=reply.diagnostic
        )
        self._outcomes.bounced(
            message, HARD, [bounced], reporting_mta=f"dsn; {DOMAIN}", suppress=False
        )

    def _out_of_the_office(self, message: Message, recipient: str) -> None:
        self._success(message, recipient)
        replied = [BouncedRecipient(address=recipient)]
        self._later.put(lambda: self._outcomes.bounced(message, SOFT, replied), self._later_delay)

    def _complaint(self, message: Message, recipient: str) -> None:
        self._success(message, recipient)
        self._later.put(
            lambda: self._outcomes.complained(message, [recipient], _COMPLAINT, suppress=False),
            self._later_delay,
        )

    def _suppressed(self, message: Message, recipient: str) -> None:
        bounced = BouncedRecipient(
            address=recipient,
            action="failed",
            status="5.1.1",
            diagnostic=(
                "Amazon SES has suppressed sending to this address because it has a recent"
                " history of bouncing as an invalid address."
            ),
        )
        self._outcomes.bounced(
            message, SUPPRESSED, [bounced], reporting_mta="dns; amazonses.com", suppress=False
        )
