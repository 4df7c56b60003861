"""Operations on configuration sets and their event destinations."""

import re
from collections.abc import Callable, Mapping

from local.ses.configuration_sets import ConfigurationSet, EventDestination
from local.ses.errors import bad_request
from local.ses.operations.call import (
    Call,
    Operation,
    Result,
    on_account,
    on_configuration_set,
)
from local.ses.operations.paging import page

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_OPTION_GROUPS = (
    "TrackingOptions",
    "DeliveryOptions",
    "ReputationOptions",
    "SendingOptions",
    "SuppressionOptions",
    "VdmOptions",
    "ArchivingOptions",
)
_DEFAULTS: Mapping[str, Mapping[str, object]] = {
    "DeliveryOptions": {"TlsPolicy": "OPTIONAL"},
    "ReputationOptions": {"ReputationMetricsEnabled": False},
    "SendingOptions": {"SendingEnabled": True},
}


def create_configuration_set(call: Call) -> Result:
    """Makes a set; options that are not given take SES's defaults."""
    name = _checked_name(call.parameters["ConfigurationSetName"], "Configuration set name")
    given = {group: dict(call.parameters.get(group, {})) for group in _OPTION_GROUPS}
    options = {group: {**_DEFAULTS.get(group, {}), **values} for group, values in given.items()}
    configuration_set = ConfigurationSet(
        name=name,
        options={group: values for group, values in options.items() if values},
        tags=tuple(call.parameters.get("Tags", ())),
    )
    call.account.configuration_sets.add(configuration_set)
    return {}


def get_configuration_set(call: Call) -> Result:
    """The options and tags of a set."""
    found = call.account.configuration_sets.get(call.parameters["ConfigurationSetName"])
    return {"ConfigurationSetName": found.name, "Tags": list(found.tags), **found.options}


def list_configuration_sets(call: Call) -> Result:
    """A page of names."""
    names, token = page(call.account.configuration_sets.names(), call.parameters)
    return {"ConfigurationSets": names, **({"NextToken": token} if token else {})}


def delete_configuration_set(call: Call) -> Result:
    """Removes a set that no tenant uses, with its event destinations."""
    found = call.account.configuration_sets.get(call.parameters["ConfigurationSetName"])
    call.account.tenants.check_unused(call.account.arn("configuration-set", found.name))
    call.account.configuration_sets.remove(found.name)
    return {}


def put_options(group: str) -> Callable[[Call], Result]:
    """The operation that replaces one group of options."""

    def put(call: Call) -> Result:
        name = call.parameters["ConfigurationSetName"]
        given = {k: v for k, v in call.parameters.items() if k != "ConfigurationSetName"}
        options = {**_DEFAULTS.get(group, {}), **given}
        call.account.configuration_sets.set_options(name, group, options)
        return {}

    return put


def create_event_destination(call: Call) -> Result:
    """Adds an event destination, after SES has tried the topic."""
    name = call.parameters["ConfigurationSetName"]
    call.account.configuration_sets.get(name)
    destination = _destination(call)
    _try_topic(call, destination)
    call.account.configuration_sets.add_destination(name, destination)
    return {}


def get_event_destinations(call: Call) -> Result:
    """Every event destination of a set."""
    found = call.account.configuration_sets.get(call.parameters["ConfigurationSetName"])
    return {
        "EventDestinations": [
            {
                "Name": destination.name,
                "Enabled": destination.enabled,
                "MatchingEventTypes": list(destination.matching_event_types),
                "SnsDestination": {"TopicArn": destination.topic_arn},
            }
            for destination in found.destinations
        ]
    }


def update_event_destination(call: Call) -> Result:
    """Replaces the definition of an event destination."""
    found = call.account.configuration_sets.get(call.parameters["ConfigurationSetName"])
    old = found.destination(call.parameters["EventDestinationName"])
    destination = _destination(call)
    if destination.topic_arn != old.topic_arn:
        _try_topic(call, destination)
    call.account.configuration_sets.change_destination(found.name, destination)
    return {}


def delete_event_destination(call: Call) -> Result:
    """Removes an event destination."""
    call.account.configuration_sets.remove_destination(
        call.parameters["ConfigurationSetName"], call.parameters["EventDestinationName"]
    )
    return {}


def _destination(call: Call) -> EventDestination:
    definition = call.parameters["EventDestination"]
    if "SnsDestination" not in definition:
        given = ", ".join(sorted(name for name in definition if name.endswith("Destination")))
        raise bad_request(
            f"EventDestination names {given or 'no destination'}; the local SES publishes to"
            " SnsDestination only."
        )
    if not definition.get("MatchingEventTypes"):
        raise bad_request("EventDestination.MatchingEventTypes is empty; name at least one type.")
    return EventDestination(
        name=_checked_name(call.parameters["EventDestinationName"], "Event destination name"),
        enabled=definition.get("Enabled", False),
        matching_event_types=tuple(definition["MatchingEventTypes"]),
        topic_arn=definition["SnsDestination"]["TopicArn"],
    )


def _try_topic(call: Call, destination: EventDestination) -> None:
    try:
        call.account.try_topic(destination.topic_arn, call.parameters["ConfigurationSetName"])
    except Exception as err:  # whatever refuses the test message, the topic is not usable
        raise bad_request(
            f"Could not publish to SNS topic <{destination.topic_arn}>. Verify that the topic"
            f" exists and that its policy lets ses.amazonaws.com publish to it. ({err})"
        ) from err


def _checked_name(name: str, what: str) -> str:
    if not _NAME.fullmatch(name):
        raise bad_request(
            f"{what} <{name}> is invalid: it has 1 to 64 letters, digits, hyphens and underscores."
        )
    return name


OPERATIONS: Mapping[str, Operation] = {
    **{
        f"PutConfigurationSet{group}": on_configuration_set(put_options(group))
        for group in _OPTION_GROUPS
    },
    "ListConfigurationSets": on_account(list_configuration_sets),
    "CreateConfigurationSet": on_configuration_set(create_configuration_set),
    "GetConfigurationSet": on_configuration_set(get_configuration_set),
    "DeleteConfigurationSet": on_configuration_set(delete_configuration_set),
    "CreateConfigurationSetEventDestination": on_configuration_set(create_event_destination),
    "GetConfigurationSetEventDestinations": on_configuration_set(get_event_destinations),
    "UpdateConfigurationSetEventDestination": on_configuration_set(update_event_destination),
    "DeleteConfigurationSetEventDestination": on_configuration_set(delete_event_destination),
}
