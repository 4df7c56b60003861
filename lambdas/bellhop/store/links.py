"""Links to senders' pages: ``L#<hash of the token>`` / ``LINK`` leads to the sender, which says in
an attribute of its own which of them are open."""

from pynamodb.exceptions import UpdateError

from bellhop.domain.links import Link
from bellhop.domain.senders import Sender
from bellhop.store.conditions import condition_failed
from bellhop.store.record_codec import links_value
from bellhop.store.table import LinkItem, SenderItem


class LinkStore:
    """See :class:`bellhop.usecases.ports.Links`."""

    def lead(self, link: Link, sender: Sender) -> None:
        """Writes where a link leads to; by itself it opens nothing."""
        LinkItem(
            f"L#{link.hash}",
            "LINK",
            tenant=sender.tenant,
            domain=sender.domain,
            expires_at=int(link.expires_at.timestamp()),
        ).save()

    def keep(self, sender: Sender, links: tuple[Link, ...]) -> bool:
        """Puts links in the place of the sender's; False where these changed since it was read."""
        before = SenderItem.links
        unchanged = before == links_value(sender.links) if sender.links else before.does_not_exist()
        action = before.set(links_value(links)) if links else before.remove()
        try:
            SenderItem(f"T#{sender.tenant}", f"SENDER#{sender.domain}").update(
                actions=[action], condition=SenderItem.pk.exists() & unchanged
            )
        except UpdateError as error:
            if condition_failed(error):
                return False
            raise
        return True

    def find(self, hashed: str) -> tuple[str, str] | None:
        """Tenant and domain that a token's hash leads to, or ``None``."""
        try:
            item = LinkItem.get(f"L#{hashed}", "LINK", consistent_read=True)
        except LinkItem.DoesNotExist:
            return None
        return item.tenant, item.domain
