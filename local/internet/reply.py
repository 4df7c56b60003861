"""An SMTP reply as it goes over the wire, and its parts."""

import re
from dataclasses import dataclass

_LINE = re.compile(r"(?P<code>[2-5]\d\d)(?P<more>[ -])(?P<rest>.*)")
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?= |$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One reply of an SMTP server (RFC 5321, 4.2).

    code: the three digits of its first line.
    enhanced: the enhanced status code (RFC 3463) of its first line; "" where the server gives none.
    text: the whole reply as sent, code included; its lines are separated by a newline.
    """

    code: int
    enhanced: str
    text: str

    @classmethod
    def parse(cls, text: str) -> "Reply":
        """Read a reply from the form it has on the wire.

        Raises ValueError when a line has no code, when the codes differ, or when a line other
        than the last is not marked as continued (`550-`).
        """
        lines = [line.strip() for line in text.strip().splitlines()]
        matches = [_LINE.fullmatch(line) for line in lines]
        codes = {match["code"] for match in matches if match}
        continued = "".join(match["more"] for match in matches if match)
        if len(codes) != 1 or continued != "-" * (len(lines) - 1) + " ":
            raise ValueError(
                f"SMTP reply {text!r} is malformed: every line starts with the same code, "
                "all but the last with a hyphen after it (550-5.1.1 ..., then 550 5.1.1 ...)"
            )
        enhanced = _ENHANCED.match(lines[0][4:])
        return cls(
            code=int(codes.pop()),
            enhanced=enhanced.group() if enhanced else "",
            text="\n".join(lines),
        )

    @property
    def wire(self) -> str:
        """The reply with the line ends of SMTP between its lines, none at its end."""
        return self.text.replace("\n", "\r\n")
