"""Ids and times in the forms that SES gives them."""

import base64
import secrets
import uuid
from datetime import UTC, datetime

_REGION_PREFIXES = {"us-east-1": "0100", "us-west-2": "0101", "eu-west-1": "0102"}
_OTHER_REGION = "0107"


def now() -> datetime:
    """The present, to the millisecond, because that is all an event can say."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and a Z: `2026-11-24T10:20:30.123Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def message_id(region: str, moment: datetime) -> str:
    """A message or feedback id: region, milliseconds in hexadecimal, a UUID and `-000000`."""
    prefix = _REGION_PREFIXES.get(region, _OTHER_REGION)
    return f"{prefix}{int(moment.timestamp() * 1000):012x}-{uuid.uuid4()}-000000"


def dkim_token() -> str:
    """The name of one Easy DKIM key: 32 lower-case letters and digits, starting with a letter."""
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    return secrets.choice(alphabet[:26]) + "".join(secrets.choice(alphabet) for _ in range(31))


def opaque(size: int = 33) -> str:
    """Random text of the look of SES's own opaque values (base64 with padding)."""
    return base64.b64encode(secrets.token_bytes(size)).decode()


def message_id_domain(region: str) -> str:
    """What stands after the @ of a Message-ID header that SES writes."""
    return "email.amazonses.com" if region == "us-east-1" else f"{region}.amazonses.com"
