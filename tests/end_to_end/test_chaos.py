"""A bad day of SES's, by a seed: nothing is lost, nothing is sent twice, everything has its end."""

from __future__ import annotations

from local.ses.chaos import Trouble
from tests.end_to_end.bending import Bending
from tests.end_to_end.chaos.run import run
from tests.end_to_end.deployment import Deployment

EMAILS = 1_000
SEED = 2611


def test_a_bad_day_loses_nothing_and_repeats_nothing(
    deployment: Deployment, bending: Bending
) -> None:
    report = run(deployment, bending, seed=SEED, emails=EMAILS)
    print(report.text())
    assert report.is_clean, report.text()
    assert len(report.stories) == EMAILS
    assert set(report.troubles) == set(Trouble), "the day was not bad enough"
    assert {"delivered", "bounced", "sent", "unknown", "cancelled", "lapsed"} <= {
        story.status for story in report.stories
    }
