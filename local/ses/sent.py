"""The messages that were sent, so that feedback finds the one that it is about."""

from collections import OrderedDict
from threading import Lock

from local.ses.message import Message

CAPACITY = 200_000
"""Messages remembered, the oldest forgotten first; some 2 KB each, as the content is not kept."""


class SentMessages:
    """Messages by id."""

    def __init__(self) -> None:
        self._messages: OrderedDict[str, Message] = OrderedDict()
        self._lock = Lock()

    def add(self, message: Message) -> None:
        """Remembers a message."""
        with self._lock:
            self._messages[message.message_id] = message
            if len(self._messages) > CAPACITY:
                self._messages.popitem(last=False)

    def find(self, message_id: str) -> Message | None:
        """The message of that id, or None."""
        with self._lock:
            return self._messages.get(message_id)
