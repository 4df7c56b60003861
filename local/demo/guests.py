"""Whom the demo writes to. What becomes of each is decided by their mail servers' characters, in
local/internet/data/: nothing here says how an email ends."""

from dataclasses import dataclass

HOTEL = "hotel-sol"
SENDER = "reservas@hotel-sol.test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One email of the demo; its subject is its own, so that a server's transcript names it."""

    name: str
    address: str
    locale: str
    booking: str
    subject: str

    def body(self) -> dict[str, object]:
        """As the CRM posts it."""
        greeting = "Estimado huésped" if self.locale == "es" else "Dear guest"
        return {
            "from": {"address": SENDER, "name": "Hotel Sol"},
            "reply_to": {"address": "recepcion@hotel-sol.test"},
            "to": [
                {
                    "address": self.address,
                    "name": self.name,
                    "locale": self.locale,
                    "contact_ref": self.address.partition("@")[0],
                }
            ],
            "subject": self.subject,
            "html": f"<p>{greeting} {self.name},</p><p>{self.subject}.</p>",
            "reference": self.booking,
            "metadata": {"booking": self.booking},
        }


LETTERS = (
    Letter(
        name="Elena Ruiz",
        address="elena.ruiz@correo.test",
        locale="es",
        booking="B-2201",
        subject="Su reserva en el Hotel Sol está confirmada",
    ),
    Letter(
        name="Nora Existe",
        address="noexiste@correo.test",
        locale="es",
        booking="B-2202",
        subject="Su llegada al Hotel Sol es mañana",
    ),
    Letter(
        name="Bruno Costa",
        address="bruno.costa@posta.test",
        locale="en",
        booking="B-2203",
        subject="Your booking at Hotel Sol is confirmed",
    ),
    Letter(
        name="Carla Núñez",
        address="carla.nunez@mail-azul.test",
        locale="es",
        booking="B-2204",
        subject="Su factura del Hotel Sol está lista",
    ),
    Letter(
        name="Recepción del Hotel Sol",
        address="recepcion@hotel-sol.test",
        locale="es",
        booking="B-2205",
        subject="Copia interna de una reserva nueva",
    ),
    Letter(
        name="David Moreno",
        address="david.moreno@posta.test",
        locale="en",
        booking="B-2206",
        subject="How was your stay at Hotel Sol",
    ),
)

# Written once the servers have told SES what became of the first ones.
SECOND_LETTERS = (
    Letter(
        name="David Moreno",
        address="david.moreno@posta.test",
        locale="en",
        booking="B-2207",
        subject="Your invoice from Hotel Sol is ready",
    ),
    Letter(
        name="Nora Existe",
        address="noexiste@correo.test",
        locale="es",
        booking="B-2208",
        subject="Su habitación del Hotel Sol está lista",
    ),
)
