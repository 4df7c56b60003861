"""The cards are what the page says, and every sentence of theirs can be read at a reception."""

import re

import pytest

from tests.cards import COMMAND, LANGUAGES, REPORT, SITUATIONS, card, report


def test_the_page_is_up_to_date():
    assert REPORT.read_text(encoding="utf-8") == report(), f"run `{COMMAND}`"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.title)
def test_a_card_says_what_happened_what_to_do_and_who(situation, language):
    answer = card(situation, language)
    said = answer.headline
    assert min(map(len, (said.sentence, said.next_step, said.who, answer.works))) > 4
    for sentence in re.split(r"(?<=[.:?]) ", said.sentence):
        assert len(sentence.split()) <= 18
    nothing_to_do = said.next_step.startswith(("Nothing to do", "No hay que hacer nada"))
    assert nothing_to_do is (said.who in {"Nobody", "Nadie"})
