"""Start, bootstrap and stop the emulator's process."""

from __future__ import annotations

import http.client
import json
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from local import REPOSITORY
from local.emulator.authority import Authority
from local.emulator.session import LocalSession
from local.leash import Leashed

REGION = "eu-west-1"
ACCOUNT = "000000000000"
CALLS_FILE = "calls.jsonl"
"""Written by local.emulator.calls, in the emulator's process."""
START_TIMEOUT = 60
"""Seconds that the emulator may take until it answers; 1 to 2 are usual."""


class EmulatorStartError(Exception):
    """The emulator did not start; the message names its log."""


class Emulator:
    """An AWS endpoint on the loopback interface, with IAM enforced, in a process of its own."""

    def __init__(self, run_directory: Path) -> None:
        """Reserve the ports: ``endpoint`` and ``authority`` are known before ``launch``."""
        self.directory = run_directory / "emulator"
        self.directory.mkdir(parents=True)
        self._sockets = (_listen(), _listen())
        self.port, authority_port = (listening.getsockname()[1] for listening in self._sockets)
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.session = LocalSession({}, default=self.endpoint, region=REGION)
        self.authority = Authority(port=authority_port, region=REGION, account=ACCOUNT)
        self._process: Leashed | None = None

    @classmethod
    def start(cls, run_directory: Path, *, ses_endpoint: str | None = None) -> Emulator:
        """A running emulator; a stack's SES resources go to ``ses_endpoint`` where one is given."""
        emulator = cls(run_directory)
        emulator.launch(ses_endpoint=ses_endpoint)
        return emulator

    def launch(self, *, ses_endpoint: str | None = None) -> None:
        """Start the process and return when it answers, or raise EmulatorStartError."""
        descriptors = [listening.fileno() for listening in self._sockets]
        with self.log.open("wb") as log:
            self._process = Leashed(
                self._command(descriptors, ses_endpoint),
                output=log.fileno(),
                environment=self._environment(),
                directory=REPOSITORY,
                pass_fds=descriptors,
            )
        for listening in self._sockets:
            listening.close()  # the process has them now: if it dies, callers see it at once
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.close()
            raise

    @property
    def log(self) -> Path:
        return self.directory / "emulator.log"

    @property
    def calls(self) -> list[dict[str, str]]:
        """What principals did so far: ``principal``, ``action``, ``resource``, each once."""
        file = self.directory / CALLS_FILE
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.running

    def close(self) -> None:
        """Stop the process and every function it runs; its state is gone."""
        for listening in self._sockets:
            listening.close()
        if self._process:
            self._process.close()

    def __enter__(self) -> Emulator:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _command(self, descriptors: Sequence[int], ses_endpoint: str | None) -> list[str]:
        sockets = [str(descriptor) for descriptor in descriptors]
        endpoint = [ses_endpoint] if ses_endpoint else []
        return [sys.executable, "-m", "local.emulator.serve", *sockets, *endpoint]

    def _environment(self) -> dict[str, str]:
        """Functions inherit it, so nothing of the caller's own AWS settings may be in it."""
        scratch = self.directory / "tmp"
        scratch.mkdir()
        return {
            "AUTH": "true",
            "DOCKER_HOST": f"unix://{scratch}/no-docker",  # leave the user's containers alone
            "GATEWAY_PORT": str(self.port),
            "HOME": str(scratch),
            "IOT_MTLS_ENABLED": "0",
            "LAMBDA_EXECUTOR": "local",
            "LANG": "C.UTF-8",
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": REGION,
            "PATH": os.environ["PATH"],
            "SFTP_ENABLED": "0",
            "TMPDIR": str(scratch),
        }

    def _wait_until_it_answers(self) -> None:
        """One request waits in the socket's backlog until the process serves."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_TIMEOUT)
        try:
            connection.request("GET", "/_ministack/health")
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise EmulatorStartError(f"the emulator did not start: see {self.log}") from error
        finally:
            connection.close()
        if status != http.HTTPStatus.OK:
            raise EmulatorStartError(
                f"the emulator answers {status} to its health check: {self.log}"
            )


def _listen() -> socket.socket:
    """A listening socket on a port that the system chose."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    return listening
