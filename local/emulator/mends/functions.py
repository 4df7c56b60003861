"""A function finds its own code, its layers and the standard library, and nothing else; and it
dies where it is told to."""

from __future__ import annotations

from pathlib import Path

from ministack.core import lambda_runtime

FORGET_SITE_PACKAGES = """\
import sys
sys.path[:] = [entry for entry in sys.path if "site-packages" not in entry]
"""
DEATH = Path(__file__).parents[1] / "death.py"


def install() -> None:
    """Start Python workers without the emulator's site-packages, as on Lambda.

    The layer is then proved by every local call: what is not in it cannot be imported.
    """
    runtime_of = lambda_runtime._detect_runtime_binary
    preamble = FORGET_SITE_PACKAGES + DEATH.read_text()

    def isolated_runtime_of(runtime: str) -> tuple[str, str]:
        executable, worker = runtime_of(runtime)
        return executable, preamble + worker if runtime.startswith("python") else worker

    lambda_runtime._detect_runtime_binary = isolated_runtime_of
