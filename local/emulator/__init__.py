"""The embedded AWS: ministack in its own process, IAM enforced, silent gaps mended."""

from local.emulator.authority import Authority
from local.emulator.emulator import Emulator

__all__ = ["Authority", "Emulator"]
