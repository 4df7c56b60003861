"""Which domains can be a sender at all."""

from collections.abc import Callable

from bellhop.domain.errors import SenderRefusedError
from bellhop.domain.recipients import is_reserved

# Providers where everybody can have a mailbox and nobody can publish records. The first are there
# in many countries, each time under another ending.
_FREE_NAMES = frozenset(
    {"gmx", "googlemail", "hotmail", "outlook", "rocketmail", "yahoo", "yandex"}
)
_FREE_DOMAINS = frozenset(
    (
        *("126.com", "163.com", "aol.com", "arcor.de", "bol.com.br", "comcast.net", "fastmail.com"),
        *("free.fr", "freenet.de", "gmail.com", "icloud.com", "laposte.net", "libero.it"),
        *("live.com", "live.co.uk", "live.de", "live.fr", "live.it", "mac.com", "mail.com"),
        *("mail.ru", "me.com", "msn.com", "naver.com", "ono.com", "orange.es", "orange.fr"),
        *("proton.me", "protonmail.com", "qq.com", "sapo.pt", "sfr.fr", "t-online.de"),
        *("telefonica.net", "terra.es", "tiscali.it", "tuta.com", "tutanota.com", "uol.com.br"),
        *("virgilio.it", "wanadoo.es", "wanadoo.fr", "web.de", "ymail.com", "zoho.com"),
    )
)


def check_domain(
    domain: str,
    *,
    organisational_domain: Callable[[str], str | None],
    allow_reserved: bool,
) -> None:
    """Refuses a domain that its hotel cannot publish records for.

    Args:
        domain: lower-case IDNA form.
        organisational_domain: the domain as it was registered; ``None`` for a public suffix.

    Raises:
        SenderRefusedError: says why and what to do.
    """
    registered = organisational_domain(domain)
    if registered is None:
        raise _refused(f"{domain} is an ending that many share, such as com; name your own domain.")
    if registered in _FREE_DOMAINS or registered.partition(".")[0] in _FREE_NAMES:
        raise _refused(
            f"{registered} gives mailboxes to everybody: you cannot publish records for it, and "
            "mailbox providers refuse email in its name from elsewhere. Use the domain of your "
            "website."
        )
    if is_reserved(domain) and not allow_reserved:
        raise _refused(f"{domain} is reserved for documentation; name a domain of yours.")


def _refused(detail: str) -> SenderRefusedError:
    return SenderRefusedError(detail, param="/domain")
