"""Opens what comes over SNS: one parser a wire format, one shape out.

SES has two formats: event publishing (a configuration set's events, with our tags) and the older
feedback notifications (an identity's, without tags). Both may come raw or inside an SNS envelope.
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bellhop.domain.addresses import masked
from bellhop.domain.errors import UnreadableEventError
from bellhop.domain.identifiers import EmailId
from bellhop.ses import tags

Json = Mapping[str, Any]

# SES sends this once to each new destination; it is plain text and not an error.
_TEST_MESSAGE = "Successfully validated SNS topic for Amazon SES event publishing."
# What an event without any time of its own is dated: it must be the same whenever it comes.
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_PROBLEM = 200
_CONTROLS = re.compile(r"[^\x20-\x7e]")
# JSON can name half of a character (RFC 8259, section 8.2), which no other format can.
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_TAG = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SesEvent:
    """An event of either format.

    Attributes:
        kind: its type as event publishing names it, e.g. ``Rendering Failure``.
        body: what is said beside ``mail``, by the event's own key; empty where it is missing.
        mail: the ``mail`` object.
        email_id, attempt: from our own tags; ``None`` where the event carries none.
        tenant: from our own tag; empty where the event carries none.
        configuration_set: by SES's tag; empty where there is none.
    """

    kind: str
    body: Json
    mail: Json
    email_id: EmailId | None
    attempt: str | None
    configuration_set: str = ""
    tenant: str = ""

    @property
    def address(self) -> str:
        """The one recipient of a message of ours; empty where the event names none."""
        return _first(self.mail.get("destination"))

    @property
    def message_id(self) -> str:
        """SES's id of the message."""
        return str(self.mail.get("messageId") or "")

    @property
    def sent_at(self) -> datetime:
        """When SES took the message; where it does not say, when Bellhop took the email."""
        if text := self.mail.get("timestamp"):
            return read_instant(text)
        return self.email_id.accepted_at if self.email_id else _NO_TIME

    @property
    def at(self) -> datetime:
        """When what the event tells happened, by SES's clock; never the time of its arrival."""
        text = self.body.get("timestamp")
        return read_instant(text) if text else self.sent_at


def open_message(body: str) -> SesEvent | None:
    """The event in an SNS message; ``None`` for SES's test message.

    Raises:
        UnreadableEventError: not JSON, or an event of neither format.
    """
    if body.startswith(_TEST_MESSAGE):
        return None
    message = _json_object(body)
    if message.get("Type") == "Notification":  # an SNS envelope: raw delivery is off
        return open_message(str(message.get("Message", "")))
    for key, parse in _FORMATS.items():
        if isinstance(message.get(key), str):
            return parse(message)
    raise unreadable(
        f"an SES event has 'eventType' or 'notificationType'; this has {sorted(message)[:10]}"
    )


def unreadable(problem: str) -> UnreadableEventError:
    """The error, in words that a log and a message attribute take, whatever the event holds."""
    start = problem[: 2 * _LONGEST_PROBLEM]  # masking takes its time with a long text
    return UnreadableEventError(_CONTROLS.sub("?", masked(start))[:_LONGEST_PROBLEM])


def _json_object(body: str) -> Json:
    try:
        message = json.loads(body)
        if "\\u" in body and _HALF.search(body):
            whole = json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")
            message = json.loads(whole)
    except (ValueError, RecursionError) as error:
        raise unreadable(f"not JSON: {error}") from error
    if not isinstance(message, dict):
        raise unreadable(f"JSON, but no object ({type(message).__name__})")
    return message


# Where the event's own key is not its type in lower case.
_KEYS = {"DeliveryDelay": "deliveryDelay", "Rendering Failure": "failure"}


def _event_publishing(message: Json) -> SesEvent:
    kind, mail = message["eventType"], _mail(message)
    named = mail.get("tags")
    by_name = named if isinstance(named, dict) else {}
    return SesEvent(
        kind=kind,
        body=_object(message, _KEYS.get(kind, kind.lower())),
        mail=mail,
        email_id=EmailId.parse(_first(by_name.get(tags.EMAIL))),
        attempt=_attempt(_first(by_name.get(tags.ATTEMPT))),
        tenant=_first(by_name.get(tags.TENANT)),
        configuration_set=_first(by_name.get(tags.CONFIGURATION_SET)),
    )


def _notification(message: Json) -> SesEvent:
    kind = message["notificationType"]
    return SesEvent(
        kind=kind,
        body=_object(message, kind.lower()),
        mail=_mail(message),
        email_id=None,
        attempt=None,
        configuration_set="",
    )


_FORMATS: dict[str, Callable[[Json], SesEvent]] = {
    "eventType": _event_publishing,
    "notificationType": _notification,
}


def _mail(message: Json) -> Json:
    mail = message.get("mail")
    if not isinstance(mail, dict):
        raise unreadable(f"an SES event has 'mail'; this has {sorted(message)[:10]}")
    return mail


def _object(message: Json, key: str) -> Json:
    value = message.get(key)
    return value if isinstance(value, dict) else {}


def _first(values: Any) -> str:
    """The first of a list; SES gives tags' values and destinations as lists."""
    return str(values[0]) if isinstance(values, list) and values else ""


def _attempt(value: str) -> str | None:
    """An attempt's id; what is longer, or holds what a tag may not, is none of ours."""
    return value if _TAG.fullmatch(value) else None


def read_instant(text: str) -> datetime:
    """The instant of an ISO 8601 text, in UTC, also where it names no zone."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is UTC:
        return at
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
