"""An admitted message becomes a signed one, and a job for each recipient."""

from local.ses.account import Account
from local.ses.admission import Admission
from local.ses.delivery import Delivery, Job
from local.ses.draft import Draft
from local.ses.identifiers import message_id, now
from local.ses.keys import DkimKey
from local.ses.message import HeaderFields, Message, common_headers, event_headers, outgoing
from local.ses.operations.call import Call
from local.ses.outcomes import Outcomes
from local.ses.sent import SentMessages
from local.ses.signing import sign

AMAZON_DOMAIN = "amazonses.com"
"""The second domain that SES signs for, so that receivers know who carried the message."""


class Submission:
    """Takes admitted messages; calling it answers the message id at once."""

    def __init__(
        self,
        *,
        outcomes: Outcomes,
        delivery: Delivery,
        sent: SentMessages,
        own_key: DkimKey,
        outgoing_ip: str,
    ) -> None:
        self._outcomes = outcomes
        self._delivery = delivery
        self._sent = sent
        self._own_key = own_key
        self._outgoing_ip = outgoing_ip

    def __call__(self, call: Call, draft: Draft, admission: Admission) -> str:
        """Starts the delivery of a message to each of its recipients."""
        message = _message(call, draft, admission)
        content = self._content(call.account, message, draft, admission)
        self._sent.add(message)
        self._outcomes.accepted(message)
        for recipient in message.destination:
            self._delivery.put(_job(call.account, message, recipient, content, admission))
        return message.message_id

    def _content(
        self, account: Account, message: Message, draft: Draft, admission: Admission
    ) -> bytes:
        content = outgoing(
            draft.raw,
            message_id=message.message_id,
            region=account.region,
            moment=message.accepted_at,
            sender_ip=self._outgoing_ip,
        )
        identity = admission.identity
        own = [(AMAZON_DOMAIN, self._own_key)]
        if identity.signing_enabled and identity.dkim_keys:
            return sign(content, [(identity.name, identity.dkim_keys[0]), *own])
        return sign(content, own)


def _message(call: Call, draft: Draft, admission: Admission) -> Message:
    moment = now()
    identifier = message_id(call.account.region, moment)
    fields = HeaderFields(draft.raw)
    headers, truncated = event_headers(fields)
    configuration_set = admission.configuration_set
    return Message(
        message_id=identifier,
        accepted_at=moment,
        source=draft.source,
        source_arn=call.account.arn("identity", admission.identity.name),
        destination=tuple(draft.destination),
        headers=headers,
        headers_truncated=truncated,
        common_headers=common_headers(fields, identifier),
        tags={**draft.tags, **_own_tags(call, draft, admission)},
        configuration_set=configuration_set.name if configuration_set else None,
        mail_from_domain=admission.mail_from_domain,
    )


def _own_tags(call: Call, draft: Draft, admission: Admission) -> dict[str, tuple[str, ...]]:
    """The tags that SES adds to every message.

    https://docs.aws.amazon.com/ses/latest/dg/event-publishing-send-email.html
    """
    tags = {
        "ses:operation": "SendRawEmail" if draft.is_raw else "SendEmail",
        "ses:source-ip": call.source_ip,
        "ses:from-domain": draft.from_domain,
        "ses:caller-identity": _name_of(call.caller),
    }
    if admission.configuration_set:
        tags["ses:configuration-set"] = admission.configuration_set.name
    return {name: (value,) for name, value in tags.items()}


def _name_of(caller: str) -> str:
    """The user or role of an ARN: `Sender` of `…:assumed-role/Sender/session`."""
    parts = caller.rpartition(":")[2].split("/")
    return parts[1] if parts[0] == "assumed-role" and len(parts) > 1 else parts[-1]


def _job(
    account: Account, message: Message, recipient: str, content: bytes, admission: Admission
) -> Job:
    configuration_set = admission.configuration_set
    seconds = configuration_set.max_delivery_seconds if configuration_set else None
    return Job(
        message=message,
        recipient=recipient,
        content=content,
        requires_tls=bool(configuration_set and configuration_set.requires_tls),
        max_delivery_seconds=seconds,
        expires=message.accepted_at + account.settings.lifetime(seconds),
    )
