"""Which language an answer is in."""

from bellhop.domain.catalogue import FALLBACK_LANGUAGE, LANGUAGES


def preferred(accept_language: str) -> str:
    """The catalogue's language that an ``Accept-Language`` header prefers (RFC 9110, 12.5.4).

    English where it names none that the catalogue has; a malformed part is passed over.
    """
    wanted = []
    for part in accept_language.split(","):
        tag, _, parameter = part.strip().partition(";")
        language = tag.partition("-")[0].strip().lower()
        if language in LANGUAGES:
            wanted.append((_quality(parameter), language))
    best = max(wanted, key=lambda item: item[0], default=(0.0, FALLBACK_LANGUAGE))
    return best[1] if best[0] > 0 else FALLBACK_LANGUAGE


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def chosen(asked: str, accept_language: str) -> str:
    """The language that was asked for by name, if there is such a one; else as `preferred`."""
    return asked if asked in LANGUAGES else preferred(accept_language)
