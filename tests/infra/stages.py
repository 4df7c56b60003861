"""Stages for tests, from the text of their files."""

from pathlib import Path

from infra.stage import Stage
from infra.stage_file import load_stage


def read_stage(directory: Path, toml: str, *, name: str = "trial") -> Stage:
    """The stage that a file with this text makes."""
    (directory / f"{name}.toml").write_text(toml, encoding="utf-8")
    return load_stage(name, directory=directory)
