"""The click that lets a sender's marketing go on, once its DNS records are back."""

from dataclasses import replace

from bellhop.domain.authentication.standing import Standing, released
from bellhop.domain.authentication.watches import packed, unpacked
from bellhop.domain.errors import NotAcceptedError, SenderStillDegradedError
from bellhop.domain.senders import Sender
from bellhop.usecases.manage_senders import find_sender
from bellhop.usecases.ports import Senders

_TRIES = 3  # a look at DNS may write the same item between our two calls


def resume_marketing(domain: str, *, tenant: str, senders: Senders) -> Sender:
    """Lets marketing go on; a sender whose marketing is not held stays as it is.

    Raises:
        UnknownSenderError: there is none.
        SenderStillDegradedError: its records are not back.
        NotAcceptedError: repeat.
    """
    for _ in range(_TRIES):
        sender = find_sender(domain, tenant=tenant, senders=senders)
        watch = unpacked(sender.watch) if sender.watch else None
        if watch is None or not watch.stops_marketing:
            return sender
        if watch.standing is not Standing.VERIFIED:
            raise SenderStillDegradedError(
                f"{domain} is {watch.standing}: its DNS records are not back."
                f" GET /v1/senders/{domain} has what to mend, POST"
                f" /v1/senders/{domain}/check looks again."
            )
        free = released(watch)
        resumed = replace(sender, watch=packed(free), stops_marketing=free.stops_marketing)
        if senders.resume(resumed, watch_before=sender.watch):
            return resumed
    raise NotAcceptedError(f"{domain} is being looked at just now. Repeat the request.")
