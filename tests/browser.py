"""The headless browser of the tests: the machine's own Chrome or Chromium, or one from npm.

``python -m tests.browser`` installs what is missing; `make install` calls it. BELLHOP_BROWSER names
another executable, or is ``none`` on a machine where no browser can be had: tests that need one are
then skipped, and say so.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

PACKAGE = "@sparticuz/chromium@153.0.0"
"""Carries a Chromium for Linux on x86-64 in the package itself, with the libraries it needs."""
VARIABLE = "BELLHOP_BROWSER"
NONE = "none"

DIRECTORY = Path(__file__).resolve().parents[1] / ".build" / "browser"
UNPACKED = DIRECTORY / "chromium"
LIBRARIES = {"LD_LIBRARY_PATH": str(DIRECTORY / "al2023" / "lib")}
"""For machines without the NSS libraries; they come in the same package."""
NAMES = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "chrome")
MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
UNPACK = "import chromium from '@sparticuz/chromium'; await chromium.executablePath();"
HINT = f"install Google Chrome or Chromium, or set {VARIABLE}={NONE} to leave its tests out"


class BrowserMissingError(Exception):
    """There is no browser; the message says what to do."""


def main() -> int:
    """Installs a browser where there is none and one can be had; says in a sentence what it did."""
    if os.environ.get(VARIABLE) == NONE:
        print(f"{VARIABLE}={NONE}: the tests of the local page in a browser are left out.")
    elif installed := of_this_machine():
        print(f"The local page is tested in {installed}.")
    elif (sys.platform, platform.machine()) == ("linux", "x86_64"):
        install()
    else:
        print(f"There is no browser for the tests of the local page: {HINT}.")
    return 0


def install() -> None:
    """Fetches the package and unpacks it, once; afterwards nothing is fetched."""
    if UNPACKED.exists() and _starts(UNPACKED, LIBRARIES):
        return
    shutil.rmtree(DIRECTORY, ignore_errors=True)
    DIRECTORY.mkdir(parents=True)
    quiet = ("--no-save", "--no-package-lock", "--no-audit", "--no-fund")
    subprocess.run(["npm", "install", "--prefix", ".", *quiet, PACKAGE], cwd=DIRECTORY, check=True)
    # The package unpacks into the temporary directory, with its libraries if it seems to be Lambda.
    place = {**os.environ, "TMPDIR": str(DIRECTORY), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
    command = ["node", "--input-type=module", "--eval", UNPACK]
    subprocess.run(command, cwd=DIRECTORY, env=place, check=True)


def of_this_machine() -> Path | None:
    """A Chrome or Chromium that starts."""
    found = [Path(path) for name in NAMES if (path := shutil.which(name))]
    return next((path for path in [*found, MACOS] if path.exists() and _starts(path, {})), None)


def executable() -> tuple[Path, Mapping[str, str]]:
    """The browser to use, and what it needs in its environment.

    Raises:
        BrowserMissingError: there is none.
    """
    if named := os.environ.get(VARIABLE):
        return Path(named), {}
    if installed := of_this_machine():
        return installed, {}
    if not UNPACKED.exists():
        raise BrowserMissingError(f"There is no browser: run `python -m tests.browser`; or {HINT}.")
    return UNPACKED, {} if _starts(UNPACKED, {}) else LIBRARIES


@contextmanager
def headless() -> Iterator[Browser]:
    """A running browser."""
    path, environment = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, env={**os.environ, **environment}
        )
        try:
            yield browser
        finally:
            browser.close()


def _starts(path: Path, environment: Mapping[str, str]) -> bool:
    """Whether the program finds all its libraries."""
    command = [str(path), "--version"]
    return not subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
