"""Run the ordinary CDK command line against the local world."""

from __future__ import annotations

import json
import os
import shutil
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from local import REPOSITORY
from local.leash import Leashed

KEPT_LINES = 30
"""Lines of output that an error quotes; the log has all."""


class CdkError(Exception):
    """A CDK command failed; the message quotes the end of its output and names the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cdk:
    """The CLI in the environment of a world; logs and assemblies are kept in ``directory``."""

    environment: Mapping[str, str]
    directory: Path

    def bootstrap(self, account: str, region: str, detail: Callable[[str], None]) -> None:
        """Make the asset bucket and the deployment roles; outside the app, so without a synth."""
        self._run("bootstrap", f"aws://{account}/{region}", directory=self.directory, detail=detail)

    def deploy(
        self, stack: str, context: Mapping[str, str], detail: Callable[[str], None]
    ) -> dict[str, str]:
        """Deploy ``stack`` and return its outputs by name."""
        outputs = self.directory / "outputs.json"
        self._run(
            "deploy",
            stack,
            *("--require-approval", "never"),
            *("--outputs-file", str(outputs)),
            *("--output", str(self._assembly(stack))),
            *(f"--context={name}={value}" for name, value in context.items()),
            directory=REPOSITORY,
            detail=detail,
        )
        of_stack: dict[str, str] = json.loads(outputs.read_text())[stack]
        return of_stack

    def destroy(self, stack: str, detail: Callable[[str], None]) -> None:
        """Destroy ``stack`` as ``deploy`` synthesised it."""
        app = ("--app", str(self._assembly(stack)))
        self._run("destroy", stack, "--force", *app, directory=REPOSITORY, detail=detail)

    def _assembly(self, stack: str) -> Path:
        """Where the stack is synthesised; the CLI locks it, so nobody else may use it."""
        return self.directory / f"{stack}.out"

    def _run(
        self, command: str, *arguments: str, directory: Path, detail: Callable[[str], None]
    ) -> None:
        if not shutil.which("cdk", path=self.environment["PATH"]):
            raise CdkError("the CDK command line is not installed: run `make install`")
        log = self.directory / f"cdk-{command}.log"
        reading, writing = os.pipe()
        with Leashed(
            ["cdk", command, *arguments, "--progress", "events", "--no-notices", "--no-color"],
            output=writing,
            environment=self.environment,
            directory=directory,
        ) as process:
            os.close(writing)
            last_lines = _follow(reading, log, detail)
            status = process.wait()
        if status:
            raise CdkError(f"cdk {command} ended with {status}; {log} ends:\n{''.join(last_lines)}")


def _follow(reading: int, log: Path, detail: Callable[[str], None]) -> deque[str]:
    """Copy output to the log and show it until the command closes it; its last lines."""
    last_lines: deque[str] = deque(maxlen=KEPT_LINES)
    with open(reading, encoding="utf-8", errors="replace") as output, log.open("w") as copy:
        for line in output:
            copy.write(line)
            copy.flush()
            last_lines.append(line)
            if line.strip():
                detail(line.strip())
    return last_lines
