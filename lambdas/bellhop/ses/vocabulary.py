"""The names that SES's events are known to use: whatever else comes is told and counted.

AWS adds types, subtypes and fields without asking. An event that has one is read as far as it is
understood; which name was new stands on the record, and how often it came on the dashboard.
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

from collections.abc import Mapping

from bellhop.ses.wire import SesEvent

_TIMED = frozenset({"timestamp"})
_REACTION = _TIMED | {"ipAddress", "userAgent", "isBotEvent"}
_MTA = frozenset({"reportingMTA", "remoteMtaIp"})

FIELDS: Mapping[str, frozenset[str]] = {
    "Send": _TIMED,
    "Delivery": _TIMED | _MTA | {"processingTimeMillis", "recipients", "smtpResponse"},
    "Bounce": _TIMED | _MTA | {"bounceType", "bounceSubType", "bouncedRecipients", "feedbackId"},
    "Complaint": _TIMED
    | {"complainedRecipients", "feedbackId", "complaintSubType", "complaintFeedbackType"}
    | {"userAgent", "arrivalDate"},
    "DeliveryDelay": _TIMED | _MTA | {"delayType", "delayedRecipients", "expirationTime"},
    "Reject": _TIMED | {"reason"},
    "Rendering Failure": _TIMED | {"templateName", "errorMessage"},
    "Open": _REACTION,
    "Click": _REACTION | {"link", "linkTags"},
    "Subscription": _TIMED
    | {"contactList", "source", "oldTopicPreferences", "newTopicPreferences"},
}
"""By an event's type: the fields of its own object."""

_LISTED = frozenset({"OnAccountSuppressionList", "OnTenantSuppressionList"})
VALUES: Mapping[str, frozenset[str]] = {
    "bounceType": frozenset({"Undetermined", "Permanent", "Transient"}),
    "bounceSubType": _LISTED
    | {"Undetermined", "General", "NoEmail", "Suppressed", "EmailValidationSuppressed"}
    | {"MailboxFull", "MessageTooLarge", "ContentRejected", "AttachmentRejected"}
    | {"CustomTimeoutExceeded"},
    "complaintSubType": _LISTED,
    # RFC 5965, section 7.3, and IANA's registry of feedback report types.
    "complaintFeedbackType": frozenset(
        {"abuse", "auth-failure", "fraud", "not-spam", "opt-out", "other", "virus"}
    ),
    "delayType": frozenset({"Undetermined", "General", "MailboxFull", "SpamDetected"})
    | {"InternalFailure", "RecipientServerError", "IPFailure", "SendingDeferral"}
    | {"TransientCommunicationFailure", "BYOIPHostNameLookupUnavailable"},
    "isBotEvent": frozenset({"Likely", "Unlikely"}),
}
"""By a field's name: what it may say, where AWS lists that."""

_LIMITED = {kind: tuple(sorted(names & VALUES.keys())) for kind, names in FIELDS.items()}


def unrecognised(event: SesEvent) -> str:
    """The names in an event that nobody knows, separated by commas; empty where all are known.

    An event of an unknown type is unrecognised as a whole, see events.py.
    """
    known, body = FIELDS.get(event.kind), event.body
    if known is None:
        return ""
    names = list(body.keys() - known)
    for name in _LIMITED[event.kind]:
        value = body.get(name)
        if value and str(value) not in VALUES[name]:
            names.append(f"{name} {value}")
    return ", ".join(sorted(names)) if names else ""
