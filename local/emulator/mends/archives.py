"""A function's environments share what its code and layers unpack to."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime

_unpacking = threading.Lock()
_directories: dict[bytes, Path] = {}


class SharedArchive(zipfile.ZipFile):
    """A zip file that is unpacked once in a process: the other times, links lead there.

    So Python compiles it once, too. A function cannot write beside its code on AWS either:
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html
    """

    def extractall(self, path: Any = None, *_members: Any, **_password: Any) -> None:
        for unpacked in self._unpacked().iterdir():
            Path(path or os.curdir, unpacked.name).symlink_to(unpacked)

    def _unpacked(self) -> Path:
        content = hashlib.sha256(Path(str(self.filename)).read_bytes()).digest()
        with _unpacking:
            if content not in _directories:
                directory = tempfile.mkdtemp(prefix="unpacked-")
                super().extractall(directory)
                _directories[content] = Path(directory)
            return _directories[content]


def install() -> None:
    """Workers unpack their code and layers through the module's own name `zipfile`."""
    lambda_runtime.zipfile = SimpleNamespace(**{**vars(zipfile), "ZipFile": SharedArchive})
