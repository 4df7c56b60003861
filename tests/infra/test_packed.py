"""What is packed for Lambda fits it, though it cannot run here: another machine, another Python."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from aws_cdk import App

from infra import LAMBDAS
from infra.layer import REQUIREMENTS, build_layer
from infra.platforms import LAMBDA
from infra.stack import BellhopStack
from infra.stage_file import load_stage
from tests.infra.packages import GONE_IN_3_13, glibc, imported, located, machine, unmet
from tests.infra.templates import function

FUNCTIONS = ["api", "send", "ingest", "onboard", "handover"]
# Amazon Linux 2023, which Lambda's Python 3.13 runs on.
# https://docs.aws.amazon.com/linux/al2023/release-notes/relnotes.html
AL2023_GLIBC = (2, 34)
# Code and layers of a function together, unzipped; half of it is headroom.
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
UNZIPPED_LIMIT = 250 * 1024 * 1024


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layer for AWS; `make install` builds it, so that it is here without a network."""
    directory = tmp_path_factory.mktemp("layer")
    shutil.unpack_archive(build_layer(LAMBDAS / REQUIREMENTS, LAMBDA), directory)
    return directory / "python"


@pytest.fixture(scope="module")
def asset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The functions' code as the CDK packs it, at the place that the template names."""
    directory = tmp_path_factory.mktemp("asset")
    stage = load_stage("dev")
    app = App(
        analytics_reporting=False,
        outdir=str(directory),
        context={"aws:cdk:bundling-stacks": []},
    )
    BellhopStack(app, stage=stage)
    app.synth()
    template = json.loads((directory / f"{stage.stack_name}.template.json").read_text())
    keys = {function(template, name)[1]["Code"]["S3Key"] for name in FUNCTIONS}
    (key,) = keys
    return directory / f"asset.{Path(key).stem}"


def files(directory: Path) -> Iterator[Path]:
    return (each for each in directory.rglob("*") if each.is_file())


def test_every_compiled_file_is_for_lambdas_machine_python_and_glibc(layer: Path) -> None:
    compiled = [each for each in files(layer) if ".so" in each.suffixes]
    assert any("pydantic_core" in each.name for each in compiled)
    for each in compiled:
        assert machine(each) == LAMBDA.architecture, each
        assert each.name.endswith((".cpython-313-aarch64-linux-gnu.so", ".abi3.so")), each
        assert glibc(each) <= AL2023_GLIBC, each


def test_no_other_machine_left_a_binary(layer: Path) -> None:
    foreign = {".dll", ".dylib", ".exe", ".pyd", ".pyc"}
    assert [each for each in files(layer) if each.suffix in foreign] == []


def test_code_and_layer_fit_into_lambda_twice(layer: Path, asset: Path) -> None:
    total = sum(each.stat().st_size for root in (layer, asset) for each in files(root))
    assert total < UNZIPPED_LIMIT / 2


def test_the_asset_holds_the_functions_and_nothing_else(asset: Path) -> None:
    assert {each.name for each in asset.iterdir()} == {*FUNCTIONS, "bellhop"}
    assert {each.suffix for each in files(asset)} == {".py", ".json", ".html", ".css", ".js"}
    names = {part.lower() for each in files(asset) for part in each.relative_to(asset).parts}
    assert not [each for each in names if each.startswith(("test", "conftest", "local"))]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_import_of_a_function_is_packed(name: str, asset: Path, layer: Path) -> None:
    waiting, seen = [f"{name}.handler"], set()
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        found = located(module, asset)
        if found is None:
            assert provided(module, asset, layer), f"{name} imports {module}, which is nowhere"
            continue
        waiting += imported(found)
        waiting += [module.rpartition(".")[0]] if "." in module else []
    assert "bellhop.settings" in seen


def provided(module: str, asset: Path, layer: Path) -> bool:
    """Whether the standard library or the layer has a module, or a module has a name in it."""
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names:
        return top not in GONE_IN_3_13
    package = module.rpartition(".")[0]
    return any(located(each, layer, asset) for each in (module, package) if each)


def test_the_packages_of_the_layer_have_all_that_they_need(layer: Path) -> None:
    assert unmet(layer) == []
