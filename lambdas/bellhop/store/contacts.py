"""The contacts' own items: ``C#<contact key>`` / ``CONTACT``."""

from typing import Any

from pynamodb.exceptions import PutError, UpdateError

from bellhop.domain.contacts import MOST_LIFTINGS, Contact, Lifting, Suppression
from bellhop.store.conditions import condition_failed
from bellhop.store.table import ContactItem, instant, text_of

_SORT_KEY = "CONTACT"


class ContactStore:
    """Reads contacts, and adds suppressions to them."""

    def get(self, key: str) -> Contact | None:
        """See :meth:`bellhop.usecases.ports.Contacts.get`."""
        try:
            item = ContactItem.get(f"C#{key}", _SORT_KEY, consistent_read=True)
        except ContactItem.DoesNotExist:
            return None
        return Contact(
            tenant=item.tenant,
            key=key,
            address=item.address or "",
            suppressions={
                identity: _suppression(identity, value)
                for identity, value in item.suppressions.as_dict().items()
            },
            cleared_at=item.cleared_at,
            erased_at=item.erased_at,
            liftings=tuple(_lifting(value) for value in item.liftings or ()),
        )

    def suppress(self, *, tenant: str, key: str, address: str, suppression: Suppression) -> None:
        """Adds a suppression; the same one again changes nothing. A tombstone gets no address.

        A map's entry can only be set where the map exists, so the item is made first where it is
        missing; whoever loses that race finds it there and adds to it.
        """
        if self._add(key, suppression):
            return
        item = ContactItem(
            f"C#{key}",
            _SORT_KEY,
            tenant=tenant,
            address=address,
            suppressions={suppression.identity: _value(suppression)},
        )
        try:
            item.save(condition=ContactItem.pk.does_not_exist())
        except PutError as error:
            if not condition_failed(error):
                raise
            self._add(key, suppression)

    def lift(self, contact: Contact, lifting: Lifting) -> None:
        """See :meth:`bellhop.usecases.ports.Contacts.lift`."""
        kept = (*contact.liftings, lifting)[-MOST_LIFTINGS:]
        last = ContactItem.cleared_at
        unchanged = last == contact.cleared_at if contact.cleared_at else last.does_not_exist()
        try:
            ContactItem(f"C#{contact.key}", _SORT_KEY).update(
                actions=[
                    ContactItem.cleared_at.set(lifting.at),
                    ContactItem.liftings.set([_lifting_value(each) for each in kept]),
                ],
                condition=ContactItem.pk.exists() & unchanged,
            )
        except UpdateError as error:
            if not condition_failed(error):
                raise

    def _add(self, key: str, suppression: Suppression) -> bool:
        """False where the contact has no item yet."""
        entry = ContactItem.suppressions[suppression.identity]
        try:
            ContactItem(f"C#{key}", _SORT_KEY).update(
                actions=[entry.set(entry | _value(suppression))],
                condition=ContactItem.pk.exists(),
            )
        except UpdateError as error:
            if condition_failed(error):
                return False
            raise
        return True


def _value(suppression: Suppression) -> dict[str, str]:
    return {
        "reason": suppression.reason,
        "at": text_of(suppression.at),
        "email_id": suppression.email_id,
    }


def _suppression(identity: str, value: dict[str, Any]) -> Suppression:
    return Suppression(
        identity=identity,
        reason=value["reason"],
        at=instant(value["at"]),
        email_id=value["email_id"],
    )


def _lifting_value(lifting: Lifting) -> dict[str, str]:
    return {
        "at": text_of(lifting.at),
        "by": lifting.by,
        "why": lifting.why,
        "reason": lifting.reason,
    }


def _lifting(value: dict[str, str]) -> Lifting:
    return Lifting(
        at=instant(value["at"]), by=value["by"], why=value["why"], reason=value["reason"]
    )
