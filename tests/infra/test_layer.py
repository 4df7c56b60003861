"""The dependency layer: built once by pip, then taken from the cache."""

import zipfile
from pathlib import Path

import pytest
from aws_cdk import App, Stack

from infra.layer import LayerError, build_layer, dependency_layer, layer_hash
from infra.platforms import LAMBDA, Platform, host


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    """Requirements that pip can meet without a network: a wheel in the same directory."""
    with zipfile.ZipFile(tmp_path / "lantern-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("lantern.py", "LIT = True\n")
        wheel.writestr(
            "lantern-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: lantern\nVersion: 1.0\n"
        )
        wheel.writestr(
            "lantern-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr("lantern-1.0.dist-info/RECORD", "")
    written = tmp_path / "requirements.txt"
    written.write_text(f"--no-index\n--find-links {tmp_path}\nlantern==1.0\n")
    return written


@pytest.mark.parametrize("platform", [host(), LAMBDA], ids=lambda each: each.name)
def test_packages_lie_where_lambda_looks_for_them(
    requirements: Path, tmp_path: Path, platform: Platform
) -> None:
    with zipfile.ZipFile(build_layer(requirements, platform, tmp_path / "cache")) as layer:
        assert layer.read("python/lantern.py") == b"LIT = True\n"
        assert [name for name in layer.namelist() if "__pycache__" in name] == []


def test_a_second_build_installs_nothing(requirements: Path, tmp_path: Path) -> None:
    first = build_layer(requirements, host(), tmp_path / "cache")
    (tmp_path / "lantern-1.0-py3-none-any.whl").unlink()
    assert build_layer(requirements, host(), tmp_path / "cache") == first


def test_a_failed_build_says_why_and_leaves_nothing_that_looks_built(
    requirements: Path, tmp_path: Path
) -> None:
    requirements.write_text(requirements.read_text() + "candle==2.0\n")
    cache = tmp_path / "cache"
    with pytest.raises(LayerError, match=r"candle==2\.0"):
        build_layer(requirements, host(), cache)
    assert list(cache.iterdir()) == []


def test_the_cdk_packs_the_built_layer_without_docker(requirements: Path, tmp_path: Path) -> None:
    app = App(analytics_reporting=False, outdir=str(tmp_path / "cdk.out"))
    stack = Stack(app, "Trial")
    source, cache = requirements.parent, tmp_path / "cache"
    dependency_layer(stack, "Layer", platform=host(), source=source, cache=cache)
    app.synth()
    (asset,) = (tmp_path / "cdk.out").glob("asset.*.zip")
    assert asset.read_bytes() == build_layer(requirements, host(), cache).read_bytes()


def test_missing_requirements_are_named(tmp_path: Path) -> None:
    with pytest.raises(LayerError, match=r"requirements\.txt is missing"):
        layer_hash(tmp_path / "requirements.txt", LAMBDA)


def test_the_hash_follows_requirements_and_platform(requirements: Path) -> None:
    before = layer_hash(requirements, LAMBDA)
    assert layer_hash(requirements, LAMBDA) == before
    assert layer_hash(requirements, host()) != before
    requirements.write_text(requirements.read_text().replace("1.0", "1.1"))
    assert layer_hash(requirements, LAMBDA) != before
