"""The local world: everything that Bellhop meets on AWS and on the internet, on one machine."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
"""The checkout that this package is in."""
