"""The local internet as the rest of the local world sees it."""

from pathlib import Path
from types import TracebackType
from typing import Self

from dns.resolver import Resolver

from local.internet.afterwards import Afterwards
from local.internet.behaviours import FirstTries
from local.internet.certificates import tls_contexts
from local.internet.dns_server import DnsServer
from local.internet.feedback_loops import FeedbackLoops
from local.internet.hosts import Hosts
from local.internet.loop_thread import LoopThread
from local.internet.mailboxes import Mailboxes, StoredMessage
from local.internet.mailer import Mailer
from local.internet.receiver import Services
from local.internet.servers import Servers
from local.internet.transcripts import Transcripts
from local.internet.zones import publish_zones


class Internet:
    """DNS, recipients' mail servers, their mailboxes and transcripts; all on 127.0.0.1.

    dns: publish and withdraw records. servers: the characters, changeable. transcripts: what the
    servers said. feedback_loops: who wants to hear of complaints.
    """

    def __init__(self, run_directory: Path) -> None:
        self._closed = False
        run_directory.mkdir(parents=True, exist_ok=True)
        self.servers = Servers()
        self._thread = LoopThread("internet")
        self.dns = DnsServer(self._thread)
        self.transcripts = Transcripts(run_directory / "transcripts.jsonl")
        self.feedback_loops = FeedbackLoops()
        self._mailboxes = Mailboxes()
        publish_zones(self.dns, self.servers)
        mailer = Mailer(self.resolver(), self.endpoint)
        self._afterwards = Afterwards(self.transcripts, mailer, self.feedback_loops)
        services = Services(
            servers=self.servers,
            resolver=self.resolver(),
            mailboxes=self._mailboxes,
            first_tries=FirstTries(),
            afterwards=self._afterwards,
        )
        contexts = tls_contexts(run_directory)
        self._hosts = Hosts(self._thread, services, self.transcripts, contexts)

    @classmethod
    def start(cls, run_directory: Path) -> Self:
        """Start DNS and all servers; transcripts go to transcripts.jsonl in the run directory."""
        return cls(run_directory)

    def resolver(self) -> Resolver:
        """A DNS resolver that asks this internet's DNS and no other, without cache."""
        return self.dns.resolver()

    def endpoint(self, host: str) -> tuple[str, int]:
        """Address and port where the SMTP server of an MX host listens.

        Raises ConnectionRefusedError, an OSError, where nobody listens.
        """
        return self._hosts.endpoint(host)

    def register_endpoint(self, host: str, endpoint: tuple[str, int]) -> None:
        """Make a mail server of somebody else reachable by its MX host's name."""
        self._hosts.register(host, endpoint)

    def mailbox(self, address: str) -> list[StoredMessage]:
        """What lies in a recipient's mailbox, oldest first, in all folders."""
        return self._mailboxes.messages(address)

    def close(self) -> None:
        """Stop all servers; a second call does nothing.

        DNS goes last: what is being authenticated or reported at the moment asks it.
        """
        if not self._closed:
            self._closed = True
            self._hosts.close()
            self._thread.run(self._afterwards.give_up())
            self._thread.finish_jobs()
            self.dns.close()
            self._thread.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
