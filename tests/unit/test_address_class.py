import pytest

from bellhop.domain.address_class import AddressClass, kind_of
from bellhop.domain.advice import advice_on_email
from bellhop.domain.facts import FactKind
from bellhop.domain.reasons import Actor
from tests.builders import a_fact, a_record


@pytest.mark.parametrize(
    ("address", "address_class", "portal"),
    [
        ("elena.ruiz@correo.test", AddressClass.OWN, ""),
        ("eruiz.123456@guest.booking.com", AddressClass.PORTAL_ALIAS, "Booking.com"),
        ("ABC@x.Guest.Booking.com", AddressClass.PORTAL_ALIAS, "Booking.com"),
        ("elena@booking.com", AddressClass.OWN, ""),
        ("elena@notguest.booking.com.test", AddressClass.OWN, ""),
        ("x1@m.expediapartnercentral.com", AddressClass.PORTAL_ALIAS, "Expedia"),
        ("noemail@correo.test", AddressClass.PLACEHOLDER, ""),
        ("sin-correo@correo.test", AddressClass.PLACEHOLDER, ""),
        ("n/a@correo.test", AddressClass.PLACEHOLDER, ""),
        ("aa@correo.test", AddressClass.PLACEHOLDER, ""),
        ("ana@correo.test", AddressClass.OWN, ""),
        ("anna@correo.test", AddressClass.OWN, ""),
        ("reservas@viajes-luna.test", AddressClass.ROLE, ""),
        ("Info+web@viajes-luna.test", AddressClass.ROLE, ""),
        ("informatica.perez@viajes-luna.test", AddressClass.OWN, ""),
    ],
)
def test_an_address_shows_whose_it_is(address, address_class, portal):
    kind = kind_of(address)
    assert (kind.address_class, kind.portal) == (address_class, portal)


@pytest.mark.parametrize(
    ("reason", "topic"), [("user_unknown", "gone"), ("policy_rejected", "bounced")]
)
def test_an_alias_that_bounces_does_not_make_the_guest_unreachable(reason, topic):
    record = a_record(a_fact(FactKind.BOUNCE, reason=reason), address="x.1@guest.booking.com")
    advice = advice_on_email(record, None)
    assert (advice.topics, advice.who) == ((f"address.portal_alias.{topic}",), Actor.RECEPTION)
    assert advice.values == {"portal": "Booking.com", "domain": "hotel-sol.test"}


def test_a_complaint_at_an_alias_is_a_complaint():
    suppressed = a_fact(FactKind.SUPPRESSED, attempt=None, reason="complaint")
    record = a_record(suppressed, address="x.1@guest.booking.com")
    assert advice_on_email(record, None).topics == ("status.suppressed", "signal.complained")
