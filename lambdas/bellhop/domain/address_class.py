"""What kind of address a guest's is: their own, a portal's, a shared one, a stand-in.

A portal's alias is a booking, not a person: when it bounces, the guest is not unreachable.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class AddressClass(StrEnum):
    """Whose an address is."""

    OWN = "own"
    PORTAL_ALIAS = "portal_alias"
    ROLE = "role"
    PLACEHOLDER = "placeholder"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressKind:
    """The class of an address, and the portal that lent it (or an empty string)."""

    address_class: AddressClass
    portal: str = ""


# Domains (and everything below them) whose addresses a portal lends for one booking. Those that
# property management systems document; names of hotel-side and legacy hosts are left out.
PORTALS: Mapping[str, str] = MappingProxyType(
    {
        "guest.booking.com": "Booking.com",
        "m.expediapartnercentral.com": "Expedia",
        "guest.airbnb.com": "Airbnb",
        "agoda-messaging.com": "Agoda",
        "guest.trip.com": "Trip.com",
        "messages.homeaway.com": "Vrbo",
    }
)

# Local parts that are typed where a guest has no address or does not give it.
_PLACEHOLDER = re.compile(
    r"(no|sin|without|ohne|sans|senza)[._-]?(e?-?mail|correo|mail|email|courriel)|n[/._-]?a|none|"
    r"noreply|no-reply|test|prueba|aaa*|xxx*|asdf*|1+|0+|123456?"
)
# Local parts that stand for a function in English, Spanish, German, French and Italian offices.
_ROLE_WORDS = """
info admin administracion administration contact contacto kontakt office oficina sales ventas
vertrieb marketing comercial booking bookings reservas reserva reservations reservation
reservierung prenotazioni recepcion reception frontdesk rezeption hotel billing facturacion
accounts contabilidad compras purchasing rrhh hr jobs empleo events eventos groups grupos
support soporte help ayuda team equipo secretaria direccion gerencia agencia travel viajes
operations operaciones privacy compliance postmaster abuse webmaster
"""
_ROLES = frozenset(_ROLE_WORDS.split())


def kind_of(address: str) -> AddressKind:
    """The kind of an address, by its domain and its local part alone."""
    local_part, _, domain = address.lower().rpartition("@")
    for suffix, portal in PORTALS.items():
        if domain == suffix or domain.endswith(f".{suffix}"):
            return AddressKind(address_class=AddressClass.PORTAL_ALIAS, portal=portal)
    if _PLACEHOLDER.fullmatch(local_part):
        return AddressKind(address_class=AddressClass.PLACEHOLDER)
    if local_part.partition("+")[0] in _ROLES:
        return AddressKind(address_class=AddressClass.ROLE)
    return AddressKind(address_class=AddressClass.OWN)
