"""``python -m local.zone_check``: writes docs/dns-faults.md."""

import sys
import tempfile
from pathlib import Path

from local import REPOSITORY

# The check is Bellhop's own.
sys.path.insert(0, str(REPOSITORY / "lambdas"))

from local.internet import Internet
from local.internet.broken_zones import publish_healthy_zone
from local.zone_check.survey import survey
from local.zone_check.table import page

PAGE = REPOSITORY / "docs/dns-faults.md"


def main() -> None:
    """Breaks, checks, mends, and writes the page."""
    with tempfile.TemporaryDirectory() as directory, Internet.start(Path(directory)) as internet:
        publish_healthy_zone(internet.dns)
        PAGE.write_text(page(survey(internet.dns)), encoding="utf-8")
    print(f"{PAGE.relative_to(REPOSITORY)} is written")


if __name__ == "__main__":
    main()
