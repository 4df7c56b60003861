"""The root of Bellhop's own errors: each is named by its cause."""


class BellhopError(Exception):
    """Something that Bellhop recognised as wrong and can say in words.

    Attributes:
        code: stable machine name of the cause, e.g. ``sender_not_verified``.
        detail: what is wrong and what to do next, for a developer.
        param: JSON pointer (RFC 6901) of the field at fault, or ``None``.
    """

    code = "internal_error"

    def __init__(self, detail: str, *, param: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.param = param


class SenderNotFoundError(BellhopError):
    """The From domain is not one of this tenant's senders (perhaps another tenant's)."""

    code = "sender_not_found"


class SenderDegradedError(BellhopError):
    """Receivers no longer believe the sender's domain, so no marketing email leaves from it."""

    code = "sender_degraded"


class SenderNotVerifiedError(BellhopError):
    """The From domain is this tenant's, but SES has not verified it yet."""

    code = "sender_not_verified"


class SenderRefusedError(BellhopError):
    """A domain that cannot be a sender."""

    code = "domain_not_accepted"


class UnknownSenderError(BellhopError):
    """The tenant has no such sender (another tenant perhaps has)."""

    code = "sender_not_found"


class DomainTakenError(BellhopError):
    """The domain is another tenant's."""

    code = "domain_taken"


class TooManyLinksError(BellhopError):
    """A sender's page has as many private links as it may."""

    code = "too_many_links"


class RecipientRefusedError(BellhopError):
    """An address that Bellhop does not send to, whatever its mailbox."""

    code = "recipient_not_accepted"


class ContentTooLargeError(BellhopError):
    """The email does not fit into a queue message."""

    code = "content_too_large"


class IdempotencyKeyReusedError(BellhopError):
    """The same key came with another payload (Idempotency-Key draft 07, section 2.7)."""

    code = "idempotency_key_reused"


class NotAfterRefusedError(BellhopError):
    """``not_after`` lies in the past, or further ahead than an email may wait."""

    code = "not_after_refused"


class SenderStillDegradedError(BellhopError):
    """A sender's marketing can't go on: its DNS records are not back."""

    code = "sender_still_degraded"


class ReplacedEmailNotFoundError(BellhopError):
    """``resend_of`` names no email of this tenant's."""

    code = "resend_of_not_found"


class EmailNotCancellableError(BellhopError):
    """The email waits no longer: it has been sent, or may have been, or ended otherwise."""

    code = "email_not_cancellable"


class NotAcceptedError(BellhopError):
    """The request could not be queued; repeating it with the same key is safe."""

    code = "not_accepted"


class SettingRefusedError(BellhopError):
    """A setting that could have no effect."""

    code = "setting_refused"


class EmailNotFoundError(BellhopError):
    """No such email for this tenant."""

    code = "email_not_found"


class ContactNotFoundError(BellhopError):
    """Nothing was ever sent to this contact by this tenant."""

    code = "contact_not_found"


class SuppressionNotLiftedError(BellhopError):
    """SES did not take an address from its own list; repeating the request is safe."""

    code = "suppression_not_lifted"


class UnauthenticatedError(BellhopError):
    """No API key, or one that is unknown, revoked or expired."""

    code = "unauthenticated"


class ScopeMissingError(BellhopError):
    """The API key is good, but not for this."""

    code = "scope_missing"


class UnreadableEventError(BellhopError):
    """What arrived on the event queue is not an SES event; it belongs in the dead-letter queue."""

    code = "unreadable_event"
