"""Reads a stage from its file, `infra/stages/<name>.toml`."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.settings import SettingError, read_table
from infra.stage import Stage

STAGES = Path(__file__).parent / "stages"
# Each identity is an ARN in the policy of `send`, for which IAM has 10,240 characters; a test keeps
# this many within half of them.
MOST_IDENTITIES = 25


class StageError(Exception):
    """A stage that cannot be deployed: which file, which setting, and what to do."""


def load_stage(
    name: str, *, endpoints: Mapping[str, str | None] | None = None, directory: Path = STAGES
) -> Stage:
    """The stage `name` from its file in `directory`.

    `endpoints` take the place of those in the file's [local] table, as far as they are given: the
    local world's ports are new each time. Raises StageError.
    """
    path = _stage_file(name, directory)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for setting, endpoint in (endpoints or {}).items():
            if endpoint is not None:
                _override_endpoint(table, setting, endpoint)
        stage = read_table(Stage, table, name=name)
        _refuse_repeated_domains(stage)
        _refuse_crowd(stage)
    except (tomllib.TOMLDecodeError, SettingError) as error:
        raise StageError(f"{error}. Mend it in {path}.") from error
    return stage


def _stage_file(name: str, directory: Path) -> Path:
    # The name ends up in the stack's name (which starts with a letter), in metrics, and in names of
    # SES tenants (64 characters, of which the hotel's id takes up to 40).
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,14}", name):
        problem = "allowed are 1 to 15 lower-case letters, digits and hyphens, a letter first"
        raise StageError(f"stage is {name!r}; {problem}. Pass another with -c stage=<name>.")
    path = directory / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(
            sorted(each.stem for each in directory.glob("*.toml") if "." not in each.stem)
        )
        cure = f"Write {path} (production.example.toml shows every setting) or pass -c stage=<name>"
        raise StageError(f"stage is {name!r}, which has no file; known are: {known}. {cure}.")
    return path


def _override_endpoint(table: dict[str, Any], setting: str, endpoint: str) -> None:
    if not isinstance(table.get("local"), dict):
        raise SettingError(
            setting,
            "was passed with -c, but this stage has no [local] table: it sends with AWS",
        )
    table["local"][setting] = endpoint


def _refuse_repeated_domains(stage: Stage) -> None:
    seen: set[str] = set()
    for index, sender in enumerate(stage.senders):
        if sender.domain in seen:
            raise SettingError(
                f"senders[{index}].domain", f"is {sender.domain!r}, which an earlier sender has"
            )
        seen.add(sender.domain)


def _refuse_crowd(stage: Stage) -> None:
    named = len(stage.senders) + len(stage.sending.sandbox_recipients)
    if named > MOST_IDENTITIES:
        problem = f"and sending.sandbox_recipients name {named} identities"
        cure = f"a stage holds at most {MOST_IDENTITIES}; put the others into a second stage"
        raise SettingError("senders", f"{problem}; {cure}")
