"""What follows when something happened to a message: an event, and perhaps a suppression."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from local.ses.account import Account
from local.ses.bounces import BounceType
from local.ses.events import BouncedRecipient, Event, EventWriter, Feedback
from local.ses.identifiers import message_id, now
from local.ses.message import Message
from local.ses.replies import Attempt, Reply
from local.ses.suppression import SuppressedDestination, SuppressionReason


class Outcomes:
    """Tells each outcome to the world, and remembers whom not to mail again."""

    def __init__(
        self, account: Account, writer: EventWriter, publish: Callable[[Event], None]
    ) -> None:
        self._account = account
        self._writer = writer
        self._publish = publish

    def accepted(self, message: Message) -> None:
        """SES has taken the message."""
        self._publish(self._writer.send(message))

    def delivered(self, message: Message, recipient: str, attempt: Attempt) -> None:
        """The recipient's server has taken the message."""
        self._publish(self._writer.delivery(message, recipient, attempt, now()))

    def delayed(self, message: Message, recipient: str, reply: Reply, expires: datetime) -> None:
        """The recipient's server wants the message later."""
        self._publish(
            self._writer.delivery_delay(message, recipient, reply, at=now(), expires=expires)
        )

    def refused(self, message: Message, recipient: str, kind: BounceType, attempt: Attempt) -> None:
        """The message will not be delivered; SES itself is the reporter."""
        bounced = BouncedRecipient(
            address=recipient,
            action="failed",
            status=attempt.reply.status,
            diagnostic=attempt.reply.diagnostic,
        )
        self.bounced(
            message,
            kind,
            [bounced],
            reporting_mta=self._writer.own_reporting_mta,
            remote_ip=attempt.remote_ip,
        )

    def bounced(
        self,
        message: Message,
        kind: BounceType,
        recipients: Sequence[BouncedRecipient],
        *,
        reporting_mta: str | None = None,
        remote_ip: str | None = None,
        suppress: bool = True,
    ) -> None:
        """A bounce; a hard one puts its recipients on the suppression list unless told not to."""
        feedback = self._feedback()
        if suppress and kind.suppresses:
            addresses = (recipient.address for recipient in recipients)
            self._suppress(addresses, SuppressionReason.BOUNCE, message, feedback)
        self._publish(
            self._writer.bounce(
                message,
                kind,
                recipients,
                feedback,
                reporting_mta=reporting_mta,
                remote_ip=remote_ip,
            )
        )

    def complained(
        self,
        message: Message,
        recipients: Sequence[str],
        report: Mapping[str, str],
        *,
        suppress: bool = True,
    ) -> None:
        """A complaint; its recipients enter the suppression list unless told not to."""
        feedback = self._feedback()
        if suppress:
            self._suppress(recipients, SuppressionReason.COMPLAINT, message, feedback)
        self._publish(self._writer.complaint(message, recipients, feedback, report))

    def is_suppressed(self, message: Message, recipient: str) -> bool:
        """Whether the list forbids this recipient for a reason that counts for this message."""
        reasons = self._reasons(message)
        against = self._account.suppression.against(recipient)
        return any(entry.reason in reasons for entry in against)

    def _suppress(
        self,
        addresses: Iterable[str],
        reason: SuppressionReason,
        message: Message,
        feedback: Feedback,
    ) -> None:
        if reason not in self._reasons(message):
            return
        for address in addresses:
            self._account.suppression.put(
                SuppressedDestination(
                    address=address,
                    reason=reason,
                    updated_at=feedback.at,
                    message_id=message.message_id,
                    feedback_id=feedback.id,
                )
            )

    def _reasons(self, message: Message) -> frozenset[str]:
        """The configuration set's reasons stand in the place of the account's."""
        configuration_set = self._account.configuration_sets.find(message.configuration_set)
        own = configuration_set.suppressed_reasons if configuration_set else None
        return self._account.suppression.account_reasons if own is None else own

    def _feedback(self) -> Feedback:
        moment = now()
        return Feedback(id=message_id(self._account.region, moment), at=moment)
