"""Templates of the stages, synthesised once for the whole run."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from aws_cdk import App

from infra import ROOT
from infra.stack import BellhopStack
from infra.stage import Stage
from infra.stage_file import STAGES, load_stage
from tests.infra.stages import read_stage
from tests.infra.templates import Template

Synthesise = Callable[..., dict[str, Template]]


@pytest.fixture(scope="session")
def synthesise(tmp_path_factory: pytest.TempPathFactory) -> Synthesise:
    """Makes one application of some stages and returns their templates by stage name."""

    def templates(*stages: Stage) -> dict[str, Template]:
        directory = tmp_path_factory.mktemp("cdk-out")
        context = json.loads((ROOT / "cdk.json").read_text())["context"]
        # No stack is bundled: nothing is installed for a template.
        app = App(
            analytics_reporting=False,
            outdir=str(directory),
            context={**context, "aws:cdk:bundling-stacks": []},
        )
        for stage in stages:
            BellhopStack(app, stage=stage)
        app.synth()
        return {each.name: _template(directory, each) for each in stages}

    return templates


def _template(directory: Path, stage: Stage) -> Template:
    template: Template = json.loads((directory / f"{stage.stack_name}.template.json").read_text())
    return template


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The stage of the annotated example, with every setting there is."""
    example = (STAGES / "production.example.toml").read_text(encoding="utf-8")
    return read_stage(tmp_path_factory.mktemp("stages"), example, name="production")


@pytest.fixture(scope="session")
def templates(synthesise: Synthesise, production: Stage) -> dict[str, Template]:
    """The stages dev, production and local."""
    return synthesise(load_stage("dev"), production, load_stage("local"))


@pytest.fixture(scope="session")
def template(templates: dict[str, Template]) -> Template:
    """The stage production, where a test needs one stage on AWS."""
    return templates["production"]


@pytest.fixture(scope="session")
def aws_twin(synthesise: Synthesise) -> Template:
    """The stage local as it would be on AWS: the same file without its [local] table."""
    return synthesise(dataclasses.replace(load_stage("local"), local=None))["local"]
