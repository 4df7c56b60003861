"""What a SendEmail request asks for, before anybody has said yes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.ses.errors import ApiError, bad_request
from local.ses.message import HeaderFields, addresses, compose

_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
_DOMAIN = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*")
_NOT_OFFERED = (
    "FromEmailAddressIdentityArn",
    "FeedbackForwardingEmailAddressIdentityArn",
    "EndpointId",
    "ListManagementOptions",
)
_TAGS_HEADER = "X-SES-MESSAGE-TAGS"
_CONFIGURATION_SET_HEADER = "X-SES-CONFIGURATION-SET"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One message to send."""

    raw: bytes
    """The MIME message, as given or as composed."""
    is_raw: bool
    """Whether the caller made the MIME message."""
    source: str
    """The From, with a display name if there is one."""
    senders: Sequence[str]
    """Every address that the message claims to come from; each must be verified."""
    destination: Sequence[str]
    tags: Mapping[str, tuple[str, ...]]
    configuration_set: str | None
    tenant: str | None = None

    @property
    def sender(self) -> str:
        """The bare address of `source`."""
        return self.senders[0]

    @property
    def from_domain(self) -> str:
        """The domain of `sender`, in lower case."""
        return self.sender.rpartition("@")[2].lower()


def read_draft(parameters: Mapping[str, Any]) -> Draft:
    """The message of a SendEmail request; raises ApiError for what SES would not take."""
    _check_offered(parameters)
    content = parameters["Content"]
    given = [name for name in ("Raw", "Simple") if name in content]
    if given == ["Raw"]:
        return _raw(parameters, content["Raw"]["Data"])
    if given == ["Simple"]:
        return _simple(parameters, content["Simple"])
    raise bad_request(
        "Content must have exactly one of Raw and Simple; the local SES has no templates."
    )


def _check_offered(parameters: Mapping[str, Any]) -> None:
    """What the local SES has not got is refused, rather than taken and left undone."""
    for name in _NOT_OFFERED:
        if name in parameters:
            raise bad_request(f"{name} is given; the local SES does not offer it.")


def _simple(parameters: Mapping[str, Any], content: Mapping[str, Any]) -> Draft:
    source = parameters.get("FromEmailAddress")
    if not source:
        raise bad_request("FromEmailAddress is missing.")
    if not content["Body"]:
        raise bad_request("Content.Simple.Body has neither Text nor Html.")
    destination = parameters.get("Destination", {})
    senders, recipients = _senders(source), _destination(destination)
    headers = {
        "From": [source],
        "Reply-To": parameters.get("ReplyToAddresses", []),
        "To": destination.get("ToAddresses", []),
        "Cc": destination.get("CcAddresses", []),
    }
    lines = [(name, ", ".join(values)) for name, values in headers.items() if values]
    try:
        raw = compose(content, lines)
    except (ValueError, LookupError) as err:
        raise bad_request(f"The message cannot be composed: {err}") from err
    return Draft(
        raw=raw,
        is_raw=False,
        source=source,
        senders=senders,
        destination=recipients,
        tags=_tags(parameters, ()),
        configuration_set=parameters.get("ConfigurationSetName"),
        tenant=parameters.get("TenantName"),
    )


def _raw(parameters: Mapping[str, Any], raw: bytes) -> Draft:
    fields = HeaderFields(raw)
    if repeated := fields.repeated():
        raise bad_request(f"Duplicate header '{repeated.title()}'.")
    if not fields.values("From"):
        raise bad_request("Missing required header 'From'.")
    written = fields.values("From")[0]
    source = parameters.get("FromEmailAddress") or written
    to_headers = {name: fields.values(name) for name in ("To", "Cc", "Bcc")}
    in_headers = {f"{name}Addresses": values for name, values in to_headers.items()}
    configuration_sets = fields.values(_CONFIGURATION_SET_HEADER)
    return Draft(
        raw=raw,
        is_raw=True,
        source=source,
        senders=_senders(source, written),
        destination=_destination(parameters.get("Destination") or in_headers),
        tags=_tags(parameters, fields.values(_TAGS_HEADER)),
        configuration_set=parameters.get("ConfigurationSetName")
        or (configuration_sets[0] if configuration_sets else None),
        tenant=parameters.get("TenantName"),
    )


def _senders(*values: str) -> list[str]:
    found = _checked(values)
    if not found:
        raise bad_request("Missing final '@domain'")
    return found


def _destination(destination: Mapping[str, Sequence[str]]) -> list[str]:
    kinds = ("ToAddresses", "CcAddresses", "BccAddresses")
    return _checked([value for kind in kinds for value in destination.get(kind, ())])


def _checked(values: Sequence[str]) -> list[str]:
    """The bare addresses; raises ApiError for one that SES cannot mail."""
    for value in values:
        if not value.isprintable():
            raise bad_request(f"Address {value!r} contains control characters.")
    try:
        found = addresses(values)
    except ValueError as err:
        raise bad_request(f"Address cannot be read: {', '.join(values)!r}") from err
    for address in found:
        if problem := _problem(address):
            raise problem
    return found


def _problem(address: str) -> ApiError | None:
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        return bad_request("Missing final '@domain'")
    if not local.isascii():
        return bad_request(f"Local part of <{address}> is not ASCII; SES has no SMTPUTF8.")
    if any(character.isspace() for character in local):
        return bad_request("Local address contains control or whitespace")
    if not _DOMAIN.fullmatch(domain):
        return bad_request("Domain contains illegal character")
    return None


def _tags(parameters: Mapping[str, Any], headers: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The message tags: those of the request, or else those of the raw message's own header."""
    given = [(tag["Name"], tag["Value"]) for tag in parameters.get("EmailTags", ())]
    if not given:
        pairs = (pair.partition("=") for line in headers for pair in line.split(","))
        given = [(name.strip(), value.strip()) for name, _, value in pairs]
    tags: dict[str, tuple[str, ...]] = {}
    for name, value in given:
        if name in tags:
            raise bad_request(f"Duplicate message tag <{name}>.")
        for text in (name, value):
            if not _TAG.fullmatch(text):
                raise bad_request(
                    f"Invalid message tag <{name}={value}>: names and values have 1 to 256 ASCII"
                    " letters, digits, hyphens and underscores."
                )
        tags[name] = (value,)
    return tags
