"""Lifts a contact's suppression: somebody at the hotel has reason to try once more.

Two lists have to forget the address, SES's and the contact's own. SES's goes first: a crash in
between leaves the contact suppressed, as its card says, and the request is repeated. The other way
round the card would promise an email that SES then refuses.
"""

from bellhop.usecases.look_up import find_contact
from bellhop.usecases.ports import Clock, Contacts, Records, SuppressionList


def lift_suppression(
    text: str,
    *,
    tenant: str,
    by: str,
    why: str,
    contacts: Contacts,
    records: Records,
    suppression_list: SuppressionList,
    clock: Clock,
) -> None:
    """Lifts the suppression of a contact, by its id; where there is none nothing changes.

    What happened until now counts no more. A bounce or complaint that happens later, or is still
    on its way about an email sent meanwhile, suppresses anew.

    Args:
        by: who lifts it, in the CRM's words.
        why: what has changed.

    Raises:
        ContactNotFoundError: nothing is known of it for this tenant.
        SuppressionNotLiftedError: SES did not answer; nothing changed that a repetition would not
            do again.
    """
    view = find_contact(
        text,
        tenant=tenant,
        limit=1,
        before=None,
        records=records,
        contacts=contacts,
    )
    contact = view.contact
    lifting = contact.lifting(by=by, why=why, now=clock()) if contact else None
    if contact is None or lifting is None:
        return
    # SES keeps each spelling as it came, and removes only the same one:
    # https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list-tenant-level-manage.html
    spellings = {record.recipient.mailbox.address for record in view.recent}
    for address in sorted({*spellings, contact.address} - {""}):  # an erased one has no address
        suppression_list.remove(address)
    contacts.lift(contact, lifting)
