"""The local world: the internet, SES and the embedded AWS, and the stack deployed into it.

with World.start() as world:
    outputs = world.deploy()
    world.publish_sender_records(outputs)
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from local import REPOSITORY
from local.cdk import Cdk
from local.emulator import Emulator
from local.emulator.emulator import ACCOUNT, REGION
from local.emulator.session import ACCESS_KEY, LocalSession
from local.internet import Internet
from local.progress import Progress
from local.run_directory import run_directory
from local.ses import Disturbance, Settings, SimpleEmailService
from local.termination import graceful_termination

STAGE = "local"
LOOPBACK = "127.0.0.1,localhost"
RECORDS_OUTPUT = "DnsRecords"
"""Outputs whose names begin so hold DNS records: a JSON list of {"name", "type", "value"}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that Bellhop meets, on this machine; ``start`` makes one."""

    directory: Path
    internet: Internet
    ses: SimpleEmailService
    emulator: Emulator
    progress: Progress

    @classmethod
    @contextmanager
    def start(
        cls,
        *,
        progress: Progress | None = None,
        directory: Path | None = None,
        disturbance: Disturbance | None = None,
        ses_settings: Settings | None = None,
    ) -> Iterator[World]:
        """A world that ends with the context, and with this process however that ends.

        Logs and transcripts are in ``directory``, an existing one that is left to the caller;
        default: a new one under .run/, removed at the end but kept after an error.
        ``disturbance`` bends what SES does, such as a seeded ``local.ses.Chaos``; ``ses_settings``
        are its times and limits.
        """
        progress = progress or Progress()
        with ExitStack() as stack:
            stack.enter_context(graceful_termination())
            directory = directory or stack.enter_context(run_directory())
            with progress.step("Start the internet, SES and the embedded AWS"):
                world = cls._of_parts(directory, progress, disturbance, ses_settings, stack)
            with progress.step("Bootstrap the AWS account") as detail:
                world._cdk().bootstrap(ACCOUNT, REGION, detail)
            yield world

    @classmethod
    def _of_parts(
        cls,
        directory: Path,
        progress: Progress,
        disturbance: Disturbance | None,
        ses_settings: Settings | None,
        stack: ExitStack,
    ) -> World:
        internet = Internet.start(directory)
        stack.callback(internet.close)
        emulator = Emulator(directory)
        stack.callback(emulator.close)
        ses = SimpleEmailService.start(
            internet,
            REGION,
            ACCOUNT,
            authorize=emulator.authority.denied,
            publish=emulator.authority.publish,
            run_directory=directory,
            identify=emulator.authority.identify,
            settings=ses_settings,
            disturbance=disturbance,
        )
        stack.callback(ses.close)
        emulator.launch(ses_endpoint=ses.endpoint)
        return cls(
            directory=directory, internet=internet, ses=ses, emulator=emulator, progress=progress
        )

    def session(self) -> LocalSession:
        """A boto3 session of the account's root, whose clients call this world and nothing else."""
        endpoints = {"sesv2": self.ses.endpoint}
        return LocalSession(endpoints, default=self.emulator.endpoint, region=REGION)

    def environment(self) -> dict[str, str]:
        """For subprocesses: this world's AWS in place of the user's, and cdk on the path."""
        users = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        python, node = Path(sys.executable).parent, REPOSITORY / "node_modules/.bin"
        return {
            **users,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_DEFAULT_REGION": REGION,  # what the command line's version 1 reads
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.emulator.endpoint,
            "AWS_ENDPOINT_URL_SESV2": self.ses.endpoint,
            "AWS_REGION": REGION,
            "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "CDK_DISABLE_CLI_TELEMETRY": "1",
            "CDK_DISABLE_VERSION_CHECK": "1",
            "NO_PROXY": LOOPBACK,
            "no_proxy": LOOPBACK,
            "PATH": f"{python}:{node}:{os.environ['PATH']}",
        }

    def deploy(
        self, stage: str = STAGE, context: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """``cdk deploy`` of the stage's stack, with further ``context``; its outputs by name."""
        given = {
            "stage": stage,
            "sesv2_endpoint": self.ses.endpoint,
            "dns_resolver": f"127.0.0.1:{self.internet.dns.port}",
            **(context or {}),
        }
        with self.progress.step(f"Deploy {_stack(stage)}") as detail:
            return self._cdk().deploy(_stack(stage), given, detail)

    def destroy(self, stage: str = STAGE) -> None:
        """``cdk destroy`` of what ``deploy`` deployed."""
        with self.progress.step(f"Destroy {_stack(stage)}") as detail:
            self._cdk().destroy(_stack(stage), detail)

    def publish_sender_records(self, outputs: Mapping[str, str]) -> None:
        """Do what the owner of the sending domains does: publish the records that outputs name."""
        values = defaultdict(list)
        for name, output in outputs.items():
            if name.startswith(RECORDS_OUTPUT):
                for record in json.loads(output):
                    values[record["name"], record["type"]].append(record["value"])
        for (name, record_type), of_set in values.items():
            self.internet.dns.publish(name, record_type, *of_set)

    def _cdk(self) -> Cdk:
        return Cdk(environment=self.environment(), directory=self.directory)


def _stack(stage: str) -> str:
    return f"Bellhop-{stage}"
