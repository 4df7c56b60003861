"""Where the mail hosts listen: each on a free port of loopback, found by its name."""

from asyncio import Server
from collections.abc import Mapping
from functools import partial
from ssl import SSLContext
from weakref import WeakSet

from local.internet.characters import Starttls
from local.internet.dialogue import Dialogue
from local.internet.loop_thread import LoopThread
from local.internet.placeholders import new_queue_id, placeholders
from local.internet.receiver import Receiver, Services
from local.internet.recording_smtp import RecordingSMTP
from local.internet.transcripts import Transcripts

_LOOPBACK = "127.0.0.1"


class Hosts:
    """The recipients' servers, and the addresses of those of others."""

    def __init__(
        self,
        thread: LoopThread,
        services: Services,
        transcripts: Transcripts,
        tls_contexts: Mapping[Starttls, SSLContext | None],
    ) -> None:
        self._thread = thread
        self._services = services
        self._transcripts = transcripts
        self._tls_contexts = tls_contexts
        self._connections: WeakSet[RecordingSMTP] = WeakSet()
        self._listeners = thread.run(self._listen())
        self._endpoints: dict[str, tuple[str, int]] = {
            host: listener.sockets[0].getsockname() for host, listener in self._listeners.items()
        }

    def endpoint(self, host: str) -> tuple[str, int]:
        """Address and port of a mail host.

        Raises ConnectionRefusedError, as connecting would, where nobody listens.
        """
        name = host.lower().rstrip(".")
        down = any(each.host == name and not each.up for each in self._services.servers.all())
        if down or name not in self._endpoints:
            raise ConnectionRefusedError(f"no SMTP server listens at {name}")
        return self._endpoints[name]

    def register(self, host: str, endpoint: tuple[str, int]) -> None:
        """Make a server that was started elsewhere reachable by its name."""
        self._endpoints[host.lower().rstrip(".")] = endpoint

    def close(self) -> None:
        """Stop listening, and cut the conversations that go on."""
        self._thread.run(self._hang_up())

    async def _listen(self) -> dict[str, Server]:
        return {
            row.host: await self._thread.loop.create_server(
                partial(self._connection, row.host), _LOOPBACK, 0
            )
            for row in self._services.servers.all()
        }

    async def _hang_up(self) -> None:
        for listener in self._listeners.values():
            listener.close()
        for connection in list(self._connections):
            connection.hang_up()

    def _connection(self, host: str) -> RecordingSMTP:
        dialogue = Dialogue(host, self._transcripts.record)
        values = placeholders(host, queue_id=new_queue_id())
        row = self._services.servers.server(host)
        connection = RecordingSMTP(
            Receiver(host, dialogue, self._services),
            dialogue,
            hostname=host,
            ident=self._services.servers.greeting(host, values),
            tls_context=self._tls_contexts[row.starttls],
            loop=self._thread.loop,
        )
        self._connections.add(connection)
        return connection
