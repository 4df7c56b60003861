"""How the tests read what is packed for Lambda: shared objects, imports and distributions."""

import ast
import re
import struct
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# What the layer is read for, whichever Python reads it.
LAMBDA_MARKERS = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "aarch64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": "3.13.0",
    "python_version": "3.13",
    "sys_platform": "linux",
    "extra": "",
}
# In the standard library of Python 3.11 or 3.12 and gone in 3.13: PEP 594, PEP 632 and the like.
GONE_IN_3_13 = frozenset(
    (
        *("aifc", "asynchat", "asyncore", "audioop", "cgi", "cgitb", "chunk", "crypt"),
        *("distutils", "imghdr", "imp", "lib2to3", "mailcap", "msilib", "nis", "nntplib"),
        *("ossaudiodev", "pipes", "smtpd", "sndhdr", "spwd", "sunau", "telnetlib"),
        *("uu", "xdrlib"),
    )
)
ELF_64_LITTLE_ENDIAN = b"\x7fELF\x02\x01"
MACHINES = {62: "x86_64", 183: "arm64"}


def machine(shared_object: Path) -> str:
    """The instruction set of an ELF file, from its header (gABI, chapter 4)."""
    header = shared_object.read_bytes()[:20]
    assert header.startswith(ELF_64_LITTLE_ENDIAN), f"{shared_object} is no 64-bit ELF file"
    (number,) = struct.unpack_from("<H", header, 18)
    return MACHINES[number]


def glibc(shared_object: Path) -> tuple[int, int]:
    """The newest glibc that an ELF file names a symbol version of."""
    named = re.findall(rb"GLIBC_(\d+)\.(\d+)", shared_object.read_bytes())
    return max((int(major), int(minor)) for major, minor in named)


def imported(path: Path) -> Iterator[str]:
    """Every module that a source file imports when it runs, inside functions too."""
    for node in _running(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            assert node.module
            yield node.module
            # `from package import name` may name a module of the package.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a tree but those that only type checkers see."""
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield node
            yield from _running(node)


def located(module: str, *roots: Path) -> Path | None:
    """The file of a module below the first of the roots that has it."""
    for root in roots:
        stem = root.joinpath(*module.split("."))
        found = [stem / "__init__.py", stem.with_name(f"{stem.name}.py")]
        found += stem.parent.glob(f"{stem.name}.*.so")
        for path in found:
            if path.is_file():
                return path
    return None


def unmet(layer: Path) -> list[str]:
    """What the layer's distributions require on Lambda and the layer does not have."""
    there = {
        canonicalize_name(each.name): each.version for each in distributions(path=[str(layer)])
    }
    missing = []
    for distribution in distributions(path=[str(layer)]):
        for text in distribution.requires or []:
            needed = Requirement(text)
            if needed.marker and not needed.marker.evaluate(LAMBDA_MARKERS):
                continue
            version = there.get(canonicalize_name(needed.name))
            if version is None or version not in needed.specifier:
                missing.append(f"{distribution.name} requires {text}")
    return missing
