"""Lists of tags, `name=value` between semicolons, as DKIM and DMARC write them (RFC 6376, 3.2)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag; the name in lower case, `valid` unless it has no `=`."""

    name: str
    value: str
    valid: bool = True


def parse_tags(text: str) -> tuple[Tag, ...]:
    """The tags in their order; empty parts are nothing."""
    return tuple(_tag(part) for part in text.split(";") if part.strip())


def _tag(part: str) -> Tag:
    name, mark, value = part.partition("=")
    return Tag(name.strip().lower(), value.strip(), bool(mark))


def written(tags: tuple[Tag, ...]) -> str:
    """The list in its usual form."""
    return "; ".join(f"{tag.name}={tag.value}" for tag in tags)
