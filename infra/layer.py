"""The layer that holds what the functions import, built without Docker.

pip installs `lambdas/requirements.txt` for the stage's platform, and what it installed is kept in
`.build/layers/` as one zip file, named by a hash of everything that decides its content. So it is
built once, and every later deployment takes the file as it is, without network.
`python -m infra.layer --stage <name>` builds it in advance.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import jsii
from aws_cdk import (
    AssetHashType,
    BundlingOptions,
    BundlingOutput,
    DockerImage,
    ILocalBundling,
)
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import LAMBDAS, ROOT
from infra.platforms import PYTHON_VERSION, Platform
from infra.stage_file import StageError, load_stage

CACHE = ROOT / ".build" / "layers"
REQUIREMENTS = "requirements.txt"
# Changes whenever this module lays out the same packages differently.
LAYOUT = "2"


class LayerError(Exception):
    """The dependencies cannot be installed: for which platform, and what pip said."""


def dependency_layer(
    scope: Construct,
    construct_id: str,
    *,
    platform: Platform,
    source: Path,
    cache: Path = CACHE,
) -> lambda_.LayerVersion:
    """The layer of `source`/requirements.txt for `platform`."""
    return lambda_.LayerVersion(
        scope,
        construct_id,
        description="What Bellhop's functions import",
        code=lambda_.Code.from_asset(
            str(source),
            # The hash is known before anything is installed: tests and `cdk destroy` install
            # nothing.
            asset_hash=layer_hash(source / REQUIREMENTS, platform),
            asset_hash_type=AssetHashType.CUSTOM,
            bundling=BundlingOptions(
                # Named because the CDK demands an image; the local bundling answers before Docker
                # is asked.
                image=DockerImage.from_registry(f"public.ecr.aws/sam/build-python{PYTHON_VERSION}"),
                local=_PipBundling(source / REQUIREMENTS, platform, cache),
                output_type=BundlingOutput.ARCHIVED,
            ),
        ),
        compatible_architectures=[architecture(platform)],
        compatible_runtimes=[runtime()],
    )


def runtime() -> lambda_.Runtime:
    """The declared runtime of the functions and their layer."""
    return lambda_.Runtime(f"python{PYTHON_VERSION}", lambda_.RuntimeFamily.PYTHON)


def architecture(platform: Platform) -> lambda_.Architecture:
    """The platform's instruction set as the CDK names it."""
    return {
        "arm64": lambda_.Architecture.ARM_64,
        "x86_64": lambda_.Architecture.X86_64,
    }[platform.architecture]


def layer_hash(requirements: Path, platform: Platform) -> str:
    """A hash of what decides the layer's content: requirements, platform, this module's layout."""
    if not requirements.is_file():
        raise LayerError(f"{requirements} is missing: it pins what the functions import")
    content = hashlib.sha256(requirements.read_bytes())
    content.update(repr((platform, LAYOUT)).encode())
    return content.hexdigest()


def build_layer(requirements: Path, platform: Platform, cache: Path = CACHE) -> Path:
    """The zip file of the layer's `python/`; installs only when it is not there yet.

    Raises LayerError when pip fails.
    """
    target = cache / f"{platform.name}-{layer_hash(requirements, platform)[:16]}.zip"
    if target.is_file():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    # Built aside and renamed at the end, so that an interrupted build never looks like a finished
    # one; where another build of the same layer was faster, the same file takes its place.
    with tempfile.TemporaryDirectory(dir=cache, prefix="building-") as building:
        layer = Path(building, "layer")
        _pip_install(requirements, platform, layer / "python")
        Path(shutil.make_archive(str(layer), "zip", root_dir=layer)).replace(target)
    return target


def _pip_install(requirements: Path, platform: Platform, directory: Path) -> None:
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--no-compile"),
        *("--disable-pip-version-check", "--target", str(directory)),
        *platform.pip_arguments,
        *("--requirement", str(requirements)),
    ]
    # Byte code and console scripts would differ from build to build and are of no use in a layer.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603 - our own command
    if done.returncode != 0:
        what = f"pip cannot install {requirements} for {platform.name}"
        cure = "With a network, run: python -m infra.layer --stage <name>"
        raise LayerError(f"{what}:\n{done.stderr.strip()}\n{cure}")
    shutil.rmtree(directory / "bin", ignore_errors=True)


@jsii.implements(ILocalBundling)
class _PipBundling:
    """Lets the CDK take the layer from the cache in place of starting Docker."""

    def __init__(self, requirements: Path, platform: Platform, cache: Path) -> None:
        self._requirements = requirements
        self._platform = platform
        self._cache = cache

    # Declared with keywords, called with a positional structure: jsii's way with interfaces.
    def try_bundle(self, output_dir: str, *_options: object, **_declared: object) -> bool:
        """Fills the asset's directory; never declines, for then the CDK would start Docker."""
        shutil.copy(build_layer(self._requirements, self._platform, self._cache), output_dir)
        return True


def main(arguments: list[str] | None = None) -> None:
    """Builds the layer of a stage in advance, so that deploying it needs no network."""
    parser = argparse.ArgumentParser(prog="python -m infra.layer", description=main.__doc__)
    parser.add_argument("--stage", default="dev", help="a stage of infra/stages (default: dev)")
    chosen = parser.parse_args(arguments)
    try:
        platform = load_stage(chosen.stage).platform
        print(f"dependencies of the functions for {platform.name} …", flush=True)
        print(build_layer(LAMBDAS / REQUIREMENTS, platform))
    except (LayerError, StageError) as error:
        sys.exit(f"bellhop: {error}")


if __name__ == "__main__":
    main()
