"""docs/characters.md is what the local world really does, and what its servers say it does."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from local import REPOSITORY
from local.characters.stage import Stage, running
from local.characters.survey import Result, survey
from local.characters.table import page
from local.internet import Outcome
from local.internet.characters import load_mailboxes, load_servers
from local.internet.servers import Servers


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with running(tmp_path_factory.mktemp("characters")) as stage:
        yield stage


@pytest.fixture(scope="module")
def chapters(stage: Stage) -> Mapping[str, Sequence[Result]]:
    return survey(stage)


def test_the_page_shows_what_happens(chapters: Mapping[str, Sequence[Result]]) -> None:
    written = (REPOSITORY / "docs/characters.md").read_text(encoding="utf-8")
    assert page(chapters) == written, "run python -m local.characters and look at the difference"


def test_every_record_agrees_with_the_transcripts(
    stage: Stage, chapters: Mapping[str, Sequence[Result]]
) -> None:
    for result in chapters["Recipients"]:
        transcripts = stage.internet.transcripts.for_recipient(result.name)
        accepted = [each for each in transcripts if each.outcome is Outcome.ACCEPTED]
        if result.name.endswith("@simulator.amazonses.com"):
            assert not transcripts
        else:
            bounced_later = any(
                later.kind == "bounced" for each in accepted for later in each.later
            )
            delivered = bool(accepted) and not bounced_later
            assert result.record.startswith("delivered" if delivered else "bounced"), result.name
            assert len(accepted) <= 1


def test_a_call_that_ses_refuses_reaches_no_server(
    stage: Stage, chapters: Mapping[str, Sequence[Result]]
) -> None:
    refused = [each for each in chapters["States of the account"] if not each.events]
    assert {each.name for each in refused} == {
        "sandbox",
        "spent",
        "crawling",
        "paused",
        "suspended",
    }
    for result in refused:
        assert not stage.internet.transcripts.for_recipient(f"elena.ruiz+{result.name}@correo.test")


def test_every_character_has_its_story_and_every_server_its_mailbox() -> None:
    mailboxes = load_mailboxes()
    assert all(row.story for row in mailboxes)
    served = {row.domain for row in mailboxes}
    assert {domain for server in load_servers() for domain in server.domains} == served


def test_a_character_is_added_by_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = Path(load_mailboxes.__code__.co_filename).parent / "data"
    for file in data.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with (tmp_path / "mailboxes.toml").open("a") as rows:
        rows.write('\n["nueva@posta.test"]\nbehaviour = "refuses"\nreply = "mailbox_full"\n')
    monkeypatch.setattr("local.internet.characters._DATA", tmp_path)
    mailbox = Servers().mailbox("nueva@posta.test")
    assert mailbox is not None
    assert mailbox.reply == "mailbox_full"
