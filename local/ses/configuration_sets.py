"""Configuration sets and their event destinations."""

from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any

from local.ses.errors import already_exists, bad_request, not_found

MAX_EVENT_DESTINATIONS = 10
"""https://docs.aws.amazon.com/ses/latest/dg/quotas.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDestination:
    """Where some types of event of a configuration set go."""

    name: str
    enabled: bool
    matching_event_types: tuple[str, ...]
    """`SEND`, `DELIVERY`, …: as the API names them, not as the events do."""
    topic_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationSet:
    """Rules for the messages that name it; `options` keep the API's own names and forms."""

    name: str
    options: dict[str, Any] = field(default_factory=dict)
    tags: tuple[dict[str, Any], ...] = ()
    destinations: tuple[EventDestination, ...] = ()

    def option(self, group: str, name: str, default: Any = None) -> Any:
        """One option, such as `option("DeliveryOptions", "TlsPolicy", "OPTIONAL")`."""
        return self.options.get(group, {}).get(name, default)

    @property
    def max_delivery_seconds(self) -> int | None:
        """How long to retry; None leaves it to SES (14 hours)."""
        return self.option("DeliveryOptions", "MaxDeliverySeconds")

    @property
    def requires_tls(self) -> bool:
        """Whether a server without STARTTLS is not spoken to."""
        return self.option("DeliveryOptions", "TlsPolicy", "OPTIONAL") == "REQUIRE"

    @property
    def suppressed_reasons(self) -> frozenset[str] | None:
        """`BOUNCE` and `COMPLAINT` as far as they suppress; None leaves it to the account."""
        reasons = self.option("SuppressionOptions", "SuppressedReasons")
        return None if reasons is None else frozenset(reasons)

    def destination(self, name: str) -> EventDestination:
        """The event destination; raises ApiError `NotFoundException`."""
        for destination in self.destinations:
            if destination.name == name:
                return destination
        raise not_found(
            f"Event destination {name} does not exist in configuration set {self.name}."
        )


class ConfigurationSets:
    """The configuration sets of one account and region, by name."""

    def __init__(self) -> None:
        self._sets: dict[str, ConfigurationSet] = {}
        self._lock = RLock()

    def add(self, configuration_set: ConfigurationSet) -> None:
        """Keeps a new one; raises ApiError `AlreadyExistsException`."""
        with self._lock:
            if configuration_set.name in self._sets:
                raise already_exists(
                    f"Configuration set <{configuration_set.name}> already exists."
                )
            self._sets[configuration_set.name] = configuration_set

    def find(self, name: str | None) -> ConfigurationSet | None:
        """The configuration set, or None when it is not there (any more)."""
        with self._lock:
            return self._sets.get(name) if name else None

    def get(self, name: str) -> ConfigurationSet:
        """The configuration set; raises ApiError `NotFoundException`."""
        found = self.find(name)
        if found is None:
            raise not_found(f"Configuration set <{name}> does not exist.")
        return found

    def set_options(self, name: str, group: str, options: dict[str, Any]) -> None:
        """Replaces a whole group of options: such calls overwrite, they do not merge."""
        with self._lock:
            found = self.get(name)
            self._sets[name] = replace(found, options={**found.options, group: options})

    def remove(self, name: str) -> None:
        """Forgets one; raises ApiError `NotFoundException`."""
        with self._lock:
            self.get(name)
            del self._sets[name]

    def names(self) -> list[str]:
        """Every name, in order."""
        with self._lock:
            return sorted(self._sets)

    def add_destination(self, name: str, destination: EventDestination) -> None:
        """Adds an event destination; raises ApiError when it exists or there are too many."""
        with self._lock:
            found = self.get(name)
            if any(d.name == destination.name for d in found.destinations):
                raise already_exists(
                    f"An event destination with name {destination.name} already exists in {name}."
                )
            if len(found.destinations) >= MAX_EVENT_DESTINATIONS:
                raise bad_request(
                    f"Configuration set {name} has {MAX_EVENT_DESTINATIONS} event destinations,"
                    " and no more are allowed."
                )
            self._keep(found, (*found.destinations, destination))

    def change_destination(self, name: str, destination: EventDestination) -> None:
        """Replaces the event destination of that name."""
        with self._lock:
            found = self.get(name)
            old = found.destination(destination.name)
            self._keep(found, tuple(destination if d is old else d for d in found.destinations))

    def remove_destination(self, name: str, destination_name: str) -> None:
        """Removes an event destination; raises ApiError `NotFoundException`."""
        with self._lock:
            found = self.get(name)
            old = found.destination(destination_name)
            self._keep(found, tuple(d for d in found.destinations if d is not old))

    def _keep(self, found: ConfigurationSet, destinations: tuple[EventDestination, ...]) -> None:
        self._sets[found.name] = replace(found, destinations=destinations)
