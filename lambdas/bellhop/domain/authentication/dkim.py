"""DKIM: the CNAMEs of SES's Easy DKIM, and the key behind any selector (RFC 6376)."""

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bellhop.domain.authentication.answers import Answer, Dns, RecordType
from bellhop.domain.authentication.codes import Code
from bellhop.domain.authentication.findings import Finding, Record, unanswered
from bellhop.domain.authentication.presence import Presence, Sought, look_for, misplaced
from bellhop.domain.authentication.tags import parse_tags
from bellhop.domain.authentication.texts import cleaned

SHORTEST = 1024
MODEST = 2048
"""Bits of an RSA key: below the first receivers ignore it, the second is advised (RFC 8301)."""


def dkim_records(domain: str, tokens: Iterable[str]) -> tuple[Record, ...]:
    """The CNAME records that Easy DKIM needs.

    https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-easy.html
    """
    return tuple(
        Record(
            name=f"{token}._domainkey.{domain}",
            type=RecordType.CNAME,
            value=f"{token}.dkim.amazonses.com",
        )
        for token in tokens
    )


def check_tokens(dns: Dns, domain: str, tokens: Iterable[str]) -> tuple[Sought, ...]:
    """Looks for the CNAME records of Easy DKIM, and for a key of SES behind them.

    SES signs with one key at a time, and keeps the others to change to: one is enough.
    """
    every = tuple(look_for(dns, record) for record in dkim_records(domain, tokens))
    if not every or any(sought.presence is not Presence.FOUND for sought in every):
        return every
    answers = [dns.ask(sought.record.name, RecordType.TXT) for sought in every]
    if any(_holds_key(answer) for answer in answers):
        return every
    return replace(every[0], findings=(*every[0].findings, _no_key(answers))), *every[1:]


def _holds_key(answer: Answer) -> bool:
    keys = [tag.value for text in answer.values for tag in parse_tags(text) if tag.name == "p"]
    return any(keys)


def _no_key(answers: list[Answer]) -> Finding:
    silent = next((answer for answer in answers if not answer.proves), None)
    return unanswered(silent) if silent else _finding(Code.DKIM_KEY_MISSING, answers[0], ())


def check_selector(dns: Dns, domain: str, selector: str) -> tuple[Finding, ...]:
    """Reads the key of a selector, whoever signs with it."""
    name = f"{selector}._domainkey.{domain}"
    answer = dns.ask(name, RecordType.TXT)
    if not answer.proves or answer.values:
        return tuple(_key_findings(answer))
    wanted = Record(name=name, type=RecordType.TXT, value="")
    if found := misplaced(dns, wanted, answer, _is_key):
        return (replace(found, cure=replace(wanted, value=found.seen[0])),)
    return (_finding(Code.RECORD_MISSING, answer, ()),)


def _key_findings(answer: Answer) -> Iterator[Finding]:
    if not answer.proves:
        yield unanswered(answer)
        return
    keys = [text for text in answer.values if _is_key(text)]
    if not keys:
        yield _finding(Code.DKIM_KEY_MISSING, answer, answer.values)
    elif len(keys) > 1:
        yield _finding(Code.DKIM_MULTIPLE, answer, tuple(keys))
    else:
        yield from _judge(answer, keys[0])


def _is_key(text: str) -> bool:
    """`v` may be missing; `p` may not (section 3.6.1)."""
    return any(tag.name == "p" for tag in parse_tags(cleaned(text)))


def _judge(answer: Answer, text: str) -> Iterator[Finding]:
    tags = {tag.name: tag.value for tag in parse_tags(text)}
    key = tags.get("p", "").replace(" ", "")
    kind = tags.get("k", "rsa")
    bits = _rsa_bits(key) if kind == "rsa" else None
    if tags.get("v", "DKIM1") != "DKIM1" or (key and kind == "rsa" and bits is None):
        yield _finding(Code.DKIM_KEY_UNREADABLE, answer, (text,))
    elif not key:
        yield _finding(Code.DKIM_KEY_REVOKED, answer, (text,))
    elif bits and bits < SHORTEST:
        yield _finding(Code.DKIM_KEY_SHORT, answer, (text,), bits=str(bits))
    elif bits and bits < MODEST:
        yield _finding(Code.DKIM_KEY_MODEST, answer, (text,), bits=str(bits))
    if "y" in tags.get("t", "").split(":"):
        yield _finding(Code.DKIM_TESTING, answer, (text,))


def _finding(code: Code, answer: Answer, seen: tuple[str, ...], **values: str) -> Finding:
    return Finding(
        code=code,
        name=answer.name,
        seen=seen,
        values=values,
        authoritative=answer.authoritative,
    )


def _rsa_bits(key: str) -> int | None:
    """The length of an RSA key in SubjectPublicKeyInfo (RFC 8017, A.1.1); ``None`` if unreadable.

    Either the modulus stands within a bit string behind the algorithm's name, or the key is bare.
    """
    try:
        der = base64.b64decode(key, validate=True)
        content = _value(der)
        if content[:1] == b"\x30":  # the algorithm's name comes first
            content = _value(_value(content[_length(content) :])[1:])
        modulus = int.from_bytes(_value(content), "big")
    except (binascii.Error, IndexError, ValueError):
        return None
    return modulus.bit_length() or None


def _value(der: bytes) -> bytes:
    """The content of the first element (X.690, 8.1)."""
    end = _length(der)
    if end > len(der):
        raise ValueError(f"an element of {end} octets in {len(der)}")
    return der[_header(der) : end]


def _header(der: bytes) -> int:
    return 2 + (der[1] & 0x7F if der[1] & 0x80 else 0)


def _length(der: bytes) -> int:
    header = _header(der)
    size = int.from_bytes(der[2:header], "big") if der[1] & 0x80 else der[1]
    return header + size
