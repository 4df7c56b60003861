"""The sentences people read: complete, short, plain, and never the guest's fault."""

import re
import string
from pathlib import Path

import pytest

from bellhop.domain import catalogue
from bellhop.domain.authentication.check import PartName
from bellhop.domain.authentication.codes import Action, Code
from bellhop.domain.authentication.findings import State
from bellhop.domain.authentication.presence import Presence
from bellhop.domain.catalogue import FALLBACK_LANGUAGE, LANGUAGES, PhraseError, load, phrase
from bellhop.domain.gateways import GATEWAYS
from bellhop.domain.reasons import Actor, Reason
from bellhop.domain.status import Signal, Status

MOST_WORDS = 18
VALUES = {"date", "domain", "portal", "provider"}
# What is said about DNS is for whoever keeps it, and names what stands there.
DNS_VALUES = {
    *("address", "bits", "count", "date", "domain", "found", "mail_from", "name", "newer"),
    *("parent", "policy", "record", "tag", "term", "total", "vendor"),
}
EXAMPLE = {
    "date": "24 November",
    "domain": "hotel-sol.test",
    "portal": "Viajes Luna",
    "provider": "correo.test",
}

JARGON = (
    r"\bSPF\b|\bDKIM\b|\bDMARC\b|\bDNS\b|\bSMTP\b|\bMX\b|\bIPs?\b|\bTLS\b|\bURL\b|\bAPI\b|\bSES\b|"
    r"\bMTA\b|\bPTR\b|bounc|rebot|blacklist|block ?list|lista negra|soft|hard|greylist|quota|cuota|"
    r"\bservers?\b|servidor|firewall|cortafuegos|"
    r"relay|suppress|suprim|payload|header|cabecera|alias|sender reputation|throttl|timeout|\d{3}"
)
BLAME = (
    r"guest'?s? (?:fault|mistake|error)|mistake|wrong|mistyped|typed|invalid|careless|"
    r"culpa|equivoc|error del huésped|error de la persona|mal escrit|incorrect|fake|fals"
)

SENTENCES = [
    (language, key, load(language)[key]) for language in LANGUAGES for key in load(language)
]


def _placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_english_and_spanish_are_there() -> None:
    assert {"en", "es"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys_and_placeholders(language: str) -> None:
    other, english = load(language), load(FALLBACK_LANGUAGE)

    assert list(other) == list(english)
    assert {key: _placeholders(other[key]) for key in other} == {
        key: _placeholders(english[key]) for key in english
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "topic",
    [
        *(f"reason.{reason}" for reason in Reason),
        *(f"status.{status}" for status in Status),
        *(f"signal.{signal}" for signal in Signal),
        *(f"signal.{told}" for told in ("scanned", "not_spam", "auth_failure")),
        *(f"inbox.{code}" for code in ("seen", "unverified", "same_organisation", "not_aligned")),
        *(
            f"address.{kind}"
            for kind in ("own", "colleague", "role", "placeholder", "portal_alias", "erased")
        ),
        *(f"contact.{state}" for state in ("stopped", "lifted", "erased")),
        *(f"address.portal_alias.{end}" for end in ("bounced", "gone")),
    ],
)
def test_every_topic_says_what_happened_and_what_to_do(language: str, topic: str) -> None:
    for part in ("sentence", "next_step"):
        assert phrase(language, f"{topic}.{part}", **EXAMPLE)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", sorted({gateway.topic for gateway in GATEWAYS}))
def test_every_gateway_has_a_hint_for_its_administrator(language: str, topic: str) -> None:
    assert "hotel-sol.test" in phrase(language, f"{topic}.hint", **EXAMPLE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_hint_is_some_gateways(language: str) -> None:
    hints = {key for key in load(language) if key.startswith("gateway.")}
    assert hints == {f"{gateway.topic}.hint" for gateway in GATEWAYS}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "key",
    [
        *(f"dns.{code}.sentence" for code in Code),
        *(f"dns.action.{action}" for action in Action),
        *(f"dns.part.{part}" for part in PartName),
        *(f"dns.presence.{presence}" for presence in Presence),
        *(f"dns.state.{state}" for state in State),
    ],
)
def test_all_that_a_check_can_find_has_words(language: str, key: str) -> None:
    assert key in load(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_actor_has_a_name(language: str) -> None:
    names = [phrase(language, f"who.{actor}") for actor in Actor]

    assert len(set(names)) == len(Actor)


@pytest.mark.parametrize(
    "topic",
    [*(f"reason.{reason}" for reason in Reason), *(f"status.{status}" for status in Status)],
)
def test_reasons_and_statuses_need_no_values(topic: str) -> None:
    assert phrase("en", f"{topic}.sentence")
    assert phrase("es", f"{topic}.next_step")


@pytest.mark.parametrize(("language", "key", "sentence"), SENTENCES)
def test_a_sentence_is_short_plain_and_blames_nobody(
    language: str, key: str, sentence: str
) -> None:
    about_dns = key.startswith(("dns.", "panel.", "handover."))
    assert max(len(each.split()) for each in sentence.split(". ")) <= MOST_WORDS, (
        f"{language} {key}"
    )
    # Hints, and what is said about DNS, are for the people who run these things for the hotel.
    if not key.endswith(".hint") and not about_dns:
        assert len(sentence.split()) <= MOST_WORDS, f"{language} {key}"
        assert not re.search(JARGON, sentence, re.I), f"jargon in {language} {key}"
    assert not re.search(BLAME, sentence, re.I), f"blame in {language} {key}"
    assert sentence == sentence.strip()
    assert "  " not in sentence
    assert _placeholders(sentence) <= (DNS_VALUES if about_dns else VALUES)
    if not key.startswith(("who.", "dns.part.", "dns.presence.", "dns.state.", "handover.label.")):
        assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("language", "key", "sentence"), [row for row in SENTENCES if row[1].endswith(".next_step")]
)
def test_a_next_step_is_one_action(language: str, key: str, sentence: str) -> None:
    # A second sentence may calm (Guests are not affected), but not ask for more.
    first, *more = sentence.rstrip(".").split(". ")

    assert not re.search(r"; |, or |, then | y luego | o bien ", first), f"{language} {key}"
    assert len(more) <= 1


@pytest.mark.parametrize(("language", "key", "sentence"), [r for r in SENTENCES if r[0] == "es"])
def test_spanish_addresses_the_staff_as_usted(language: str, key: str, sentence: str) -> None:
    assert not re.search(r"\b(?:tú|tu|tus|te|contigo|tuyo)\b", sentence, re.I), f"{language} {key}"
    # "Su" is the reader's: whose filter or provider it is has to be said.
    ambiguous = r"(?<!huésped )\bsu (?:filtro|proveedor|buzón|dirección)"
    assert not re.search(ambiguous, sentence, re.I), f"{language} {key}"
    assert sentence.count("¿") == sentence.count("?")
    assert sentence.count("«") == sentence.count("»")


def test_a_region_reads_its_language() -> None:
    assert phrase("es-MX", "who.guest") == phrase("es", "who.guest") != phrase("en", "who.guest")
    assert phrase("es_AR", "who.guest") == phrase("ES", "who.guest")


def test_a_language_without_a_file_falls_back_to_english() -> None:
    assert phrase("eu", "who.reception") == phrase("en", "who.reception")


def test_a_third_language_is_one_file_and_what_it_lacks_is_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "en.json").write_text('{"who.guest": "The guest", "who.nobody": "Nobody"}')
    (tmp_path / "pt.json").write_text('{"who.guest": "O hóspede"}', encoding="utf-8")
    monkeypatch.setattr(catalogue, "_DIRECTORY", tmp_path)
    monkeypatch.setattr(catalogue, "LANGUAGES", ("en", "pt"))
    load.cache_clear()
    try:
        assert phrase("pt", "who.guest") == "O hóspede"
        assert phrase("pt", "who.nobody") == "Nobody"
    finally:
        load.cache_clear()


def test_values_are_put_in_and_others_ignored() -> None:
    said = phrase("en", "status.delivered.to.sentence", provider="Correo Luna", domain="x")

    assert said == "Correo Luna has it. We cannot see inside the mailbox."


def test_a_missing_value_is_named() -> None:
    key = "status.delivered.to.sentence"
    with pytest.raises(PhraseError, match=rf"'{key}' needs a value for \{{provider\}}"):
        phrase("en", key, domain="correo.test")


def test_an_unknown_key_is_named_with_what_to_do() -> None:
    with pytest.raises(PhraseError, match=r"no phrase 'reason.nonsense'.*add it to catalogue/en"):
        phrase("es", "reason.nonsense")
