"""A DNS made of a dictionary, for the rules of authentication."""

from collections.abc import Mapping, Sequence

from bellhop.domain.authentication.answers import Answer, Fault, Outcome, RecordType, Zone

ZONE = "hotel-sol.test"


class FakeDns:
    """Answers from ``{"name type": values}``; a fault in the place of values is one.

    ``cached`` is what resolvers say where it differs.
    """

    def __init__(
        self,
        records: Mapping[str, Sequence[str] | Fault],
        cached: Mapping[str, Sequence[str]] | None = None,
        authoritative: bool = True,
    ) -> None:
        self.records = dict(records)
        self._cached = cached or {}
        self._authoritative = authoritative
        self.others: dict[str, tuple[str, ...]] = {}

    def ask(self, name: str, record_type: RecordType) -> Answer:
        found = self.records.get(f"{name} {record_type}", ())
        return self._answer(name, record_type, found, self._authoritative)

    def ask_resolvers(self, name: str, record_type: RecordType) -> Answer:
        key = f"{name} {record_type}"
        found = self._cached.get(key, self.records.get(key, ()))
        return self._answer(name, record_type, found, False)

    def at_each(self, name: str, record_type: RecordType) -> Mapping[str, tuple[str, ...]]:
        values = self.ask(name, record_type).values
        return {server: self.others.get(server, values) for server in ("ns1", "ns2")}

    def zone_of(self, _name: str) -> Zone:
        return Zone(name=ZONE, name_servers=("ns1.panel.test",))

    def _answer(
        self, name: str, kind: RecordType, found: Sequence[str] | Fault, authoritative: bool
    ) -> Answer:
        if isinstance(found, Fault):
            return Answer(name=name, type=kind, outcome=Outcome.UNANSWERED, fault=found)
        exists = any(f".{key}".split(" ")[0].endswith(f".{name}") for key in self.records)
        empty = Outcome.NO_RECORDS if exists else Outcome.NO_NAME
        return Answer(
            name=name,
            type=kind,
            outcome=Outcome.FOUND if found else empty,
            values=tuple(found),
            strings=tuple((each,) for each in found),
            authoritative=authoritative,
        )


def organisational(name: str) -> str:
    """As the Public Suffix List has it for names under .test."""
    return ".".join(name.split(".")[-2:])
