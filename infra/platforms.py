"""The machines that the functions' compiled dependencies are built for."""

import platform
import sys
from dataclasses import dataclass

# The declared runtime of every function, on AWS and locally.
PYTHON_VERSION = "3.13"


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A machine type and Python version, in the terms of Lambda and of pip."""

    # Names the platform in directories and messages.
    name: str
    # Lambda's name of the instruction set: "arm64" or "x86_64".
    architecture: str
    # What pip needs to hear to choose this platform's wheels; nothing when it is the running
    # Python.
    pip_arguments: tuple[str, ...] = ()


# Both manylinux tags, the newer first: with the old one alone pip silently falls back to old
# releases of packages that are built for glibc 2.28 only. Lambda's python3.13 runs on Amazon Linux
# 2023 (glibc 2.34).
LAMBDA = Platform(
    name=f"lambda-arm64-python{PYTHON_VERSION}",
    architecture="arm64",
    pip_arguments=(
        *("--platform", "manylinux_2_28_aarch64"),
        *("--platform", "manylinux2014_aarch64"),
        *("--python-version", PYTHON_VERSION),
        "--only-binary=:all:",
    ),
)


def host() -> Platform:
    """The machine and Python of this program: the local emulator runs functions on them."""
    machine = platform.machine().lower()
    return Platform(
        name=f"host-{machine}-python{sys.version_info.major}.{sys.version_info.minor}",
        architecture="arm64" if machine in {"arm64", "aarch64"} else "x86_64",
    )
