"""``python -m local.characters``: writes docs/characters.md."""

import sys
import tempfile
from pathlib import Path

from local import REPOSITORY

# Bellhop's own rules say what a record is.
sys.path.insert(0, str(REPOSITORY / "lambdas"))

from local.characters.stage import running
from local.characters.survey import survey
from local.characters.table import page
from local.progress import Progress

PAGE = REPOSITORY / "docs/characters.md"


def main() -> None:
    """Sends to everybody, and writes the page."""
    with (
        tempfile.TemporaryDirectory() as directory,
        running(Path(directory)) as stage,
        Progress().step("Send an email to every character"),
    ):
        chapters = survey(stage)
    PAGE.write_text(page(chapters), encoding="utf-8")
    print(f"{PAGE.relative_to(REPOSITORY)} is written")


if __name__ == "__main__":
    main()
