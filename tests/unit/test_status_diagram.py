"""docs/status.md says what the table of statuses says."""

from bellhop.domain.status import BETTER_FIRST, WORD_OF_DETAIL, WORD_OF_FACT, Status
from tests.unit.status_diagram import COMMAND, PAGE, page


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == page(), f"the table changed; run {COMMAND}"


def test_the_page_has_every_status():
    text = page()
    assert not [status for status in Status if f"\n| {status} | " not in text]


def test_an_arrow_leads_to_every_status_of_the_diagram():
    lines = [line.split() for line in page().partition("```mermaid")[2].splitlines()]
    shown = {line[0].partition("(")[0] for line in lines if len(line) == 1 and "([" in line[0]}
    assert shown - {Status.QUEUED} == {line[-1] for line in lines if "-->" in line} - {
        Status.QUEUED
    }


def test_equally_strong_words_say_the_same():
    said = {}
    for word in (*WORD_OF_FACT.values(), *WORD_OF_DETAIL.values()):
        said.setdefault(word.strength, set()).add(word.status)
    assert not {strength: both for strength, both in said.items() if len(both) > 1}


def test_every_status_that_a_fact_makes_has_its_place_between_attempts():
    made = {word.status for word in (*WORD_OF_FACT.values(), *WORD_OF_DETAIL.values())}
    assert made == set(BETTER_FIRST)
