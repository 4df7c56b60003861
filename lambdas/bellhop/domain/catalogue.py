"""The sentences that people read, by language and key.

Each language is one file beside this module, `catalogue/<language>.json`, and one in each folder
of a topic with a vocabulary of its own, `catalogue/<topic>/<language>.json`: flat objects of key
to sentence. A new language is new files with the keys of `en.json`. A sentence has at
most 18 words, no jargon, one action, and never blames the guest; `{provider}`, `{date}`,
`{domain}` and `{portal}` stand for values. Files are read when first asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FALLBACK_LANGUAGE = "en"
_DIRECTORY = Path(__file__).with_suffix("")

LANGUAGES: tuple[str, ...] = tuple(sorted(path.stem for path in _DIRECTORY.glob("*.json")))
"""The languages that have a file, as ISO 639-1 codes in order."""


class PhraseError(LookupError):
    """A key that no catalogue has, or a value that a sentence needs and did not get."""


def phrase(language: str, key: str, /, **values: str) -> str:
    """The sentence for `key` in `language`, with `values` put in.

    `language` may carry a region (`es-MX`). A language or sentence that is missing falls back
    to English. Values that the sentence does not use are ignored. Raises PhraseError.
    """
    sentence = _find(language, key)
    try:
        return sentence.format_map(values)
    except KeyError as err:
        raise PhraseError(
            f"phrase {key!r} needs a value for {{{err.args[0]}}}; pass it as a keyword"
        ) from None


def _find(language: str, key: str) -> str:
    for candidate in (_base(language), FALLBACK_LANGUAGE):
        if candidate in LANGUAGES and key in (catalogue := load(candidate)):
            return catalogue[key]
    raise PhraseError(
        f"no phrase {key!r}, neither in {language!r} nor in {FALLBACK_LANGUAGE!r}; "
        f"add it to catalogue/{FALLBACK_LANGUAGE}.json or correct the key"
    )


def _base(language: str) -> str:
    """`es-MX` and `es_MX` are `es` (RFC 5646: the primary subtag comes first)."""
    return language.replace("_", "-").partition("-")[0].lower()


@cache
def load(language: str) -> Mapping[str, str]:
    """Every key and sentence of one language of `LANGUAGES`."""
    files = sorted(_DIRECTORY.glob(f"**/{language}.json"), key=lambda path: len(path.parts))
    catalogue: dict[str, str] = {}
    for path in files:
        catalogue |= json.loads(path.read_text(encoding="utf-8"))
    return catalogue
