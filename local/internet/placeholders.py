"""What the braces in the products' words stand for."""

import time
from datetime import UTC, datetime
from email.utils import format_datetime
from uuid import uuid4


def new_queue_id() -> str:
    """An id as servers give each message; unique, without meaning."""
    return uuid4().hex[:12].upper()


def placeholders(
    host: str,
    *,
    queue_id: str,
    client: str = "",
    sender: str = "",
    recipient: str = "",
    from_domain: str = "",
) -> dict[str, str]:
    """The values by name; the names are explained in data/products.toml."""
    return {
        "id": queue_id,
        "host": host,
        "client": client,
        "sender": sender,
        "sender_domain": sender.rpartition("@")[2],
        "recipient": recipient,
        "from_domain": from_domain,
        "epoch": str(int(time.time())),
        "time": format_datetime(datetime.now(UTC)),
    }
