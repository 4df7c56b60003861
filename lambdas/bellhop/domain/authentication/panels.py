"""The panels that people paste records into, recognised by a zone's name servers.

Each provider's row says what its form does to what is pasted. A row with a source was compared with
that page in November 2026; the others rest on what forms are known to do. Forms change, so a record
is always shown whole as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from bellhop.domain.authentication.answers import RecordType
from bellhop.domain.authentication.codes import Code
from bellhop.domain.authentication.findings import Record


class Dot(StrEnum):
    """What the form makes of a target without a final dot."""

    NOT_NEEDED = "not_needed"
    NEEDED = "needed"
    """Without it the zone's name is put behind the target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A provider's form.

    Attributes:
        code: a word that stays the same.
        name_servers: how the names of its name servers end.
        root: what stands in the name field for the zone itself.
        quotes: whether a TXT value is pasted with quotes around it.
        dot: about the target of a CNAME or MX.
        priority_apart: whether an MX has a field for its preference.
        proxies: whether a switch puts the provider's proxy in front of a name.
        source: the page that says so.
    """

    code: str
    name: str
    name_servers: tuple[str, ...] = ()
    root: str = "@"
    quotes: bool = False
    dot: Dot = Dot.NOT_NEEDED
    priority_apart: bool = True
    proxies: bool = False
    source: str = ""


OTHER = Panel(code="other", name="")

PANELS: tuple[Panel, ...] = (
    Panel(
        code="cloudflare",
        name="Cloudflare",
        name_servers=("ns.cloudflare.com",),
        proxies=True,
        source="https://developers.cloudflare.com/dns/manage-dns-records/reference/dns-record-types/",
    ),
    Panel(
        code="route53",
        name="Amazon Route 53",
        # The label before the top-level domain varies: awsdns-12.co.uk.
        name_servers=("awsdns",),
        root="",
        quotes=True,
        priority_apart=False,
        source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html",
    ),
    Panel(
        code="godaddy",
        name="GoDaddy",
        name_servers=("domaincontrol.com",),
        source="https://kb.transpond.io/article/257-godaddy-domain-authentication",
    ),
    Panel(
        code="ionos",
        name="IONOS",
        name_servers=("ui-dns.com", "ui-dns.de", "ui-dns.org", "ui-dns.biz"),
    ),
    Panel(
        code="ovh",
        name="OVHcloud",
        name_servers=("ovh.net", "ovh.ca", "anycast.me"),
        root="",
        dot=Dot.NEEDED,
    ),
    Panel(code="arsys", name="Arsys", name_servers=("servidoresdns.net",)),
    Panel(code="dondominio", name="DonDominio", name_servers=("dondominio.com",), root=""),
    Panel(code="dinahosting", name="dinahosting", name_servers=("dinahosting.com",)),
    Panel(code="cdmon", name="cdmon", name_servers=("cdmon.net",)),
    Panel(
        code="strato",
        name="STRATO",
        name_servers=("rzone.de",),
        root="",
        dot=Dot.NEEDED,
        source="https://www.strato.de/faq/domains/so-aendern-sie-den-cname-eintrag-fuer-ihre-subdomain/",
    ),
    Panel(
        code="aruba",
        name="Aruba",
        name_servers=("technorail.com", "arubadns.net", "arubadns.cz"),
    ),
    Panel(
        code="google",
        name="Google Cloud DNS / Squarespace",
        name_servers=("googledomains.com", "squarespacedns.com"),
    ),
    Panel(
        code="gandi",
        name="Gandi",
        name_servers=("gandi.net",),
        quotes=True,
        dot=Dot.NEEDED,
        source="https://news.gandi.net/en/2020/07/how-not-to-break-your-dns/",
    ),
    Panel(
        code="namecheap",
        name="Namecheap",
        name_servers=("registrar-servers.com",),
        source="https://www.namecheap.com/support/knowledgebase/article.aspx/1340/2176/",
    ),
    Panel(code="hostinger", name="Hostinger", name_servers=("dns-parking.com",)),
    Panel(code="wix", name="Wix", name_servers=("wixdns.net",), root=""),
    Panel(
        code="azure",
        name="Azure DNS",
        name_servers=("azure-dns.com", "azure-dns.net", "azure-dns.org", "azure-dns.info"),
    ),
    Panel(
        code="hetzner",
        name="Hetzner",
        name_servers=("ns.hetzner.com", "ns.hetzner.de"),
        dot=Dot.NEEDED,
        source="https://docs.hetzner.com/networking/dns/faq/records",
    ),
    Panel(
        code="cpanel",
        name="cPanel",
        # Hosters give their name servers names of their own; those of cPanel's own service only.
        name_servers=("cpanel.net", "webhostbox.net", "hostgator.com", "bluehost.com"),
    ),
)


def panel_of(name_servers: tuple[str, ...]) -> Panel:
    """The provider that most of the name servers belong to; `OTHER` when none is known."""
    for panel in PANELS:
        if any(
            _belongs(server, suffix) for server in name_servers for suffix in panel.name_servers
        ):
            return panel
    return OTHER


def learned(panel: Panel, codes: Iterable[Code]) -> Panel:
    """What a panel did to a record tells more of it than its row."""
    return replace(panel, dot=Dot.NEEDED) if Code.RELATIVE_TARGET in codes else panel


def panel_with(code: str) -> Panel:
    """The panel of a code; `OTHER` for one that is no longer known."""
    return next((panel for panel in PANELS if panel.code == code), OTHER)


def _belongs(server: str, suffix: str) -> bool:
    name = server.lower().rstrip(".")
    if "." not in suffix:
        return any(label.startswith(f"{suffix}-") for label in name.split("."))
    return name == suffix or name.endswith(f".{suffix}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """A record as it is typed into a panel.

    Attributes:
        full_name: whole, as the DNS has it.
        host: relative to the zone: what most panels want, since they add the zone themselves.
        priority: of an MX where it has a field of its own; else empty.
    """

    full_name: str
    host: str
    type: RecordType
    priority: str
    value: str


def pasted(record: Record, zone: str, panel: Panel) -> Pasted:
    """How a record is typed into the panel of its zone."""
    priority, value = "", record.value
    if record.type is RecordType.MX and panel.priority_apart:
        priority, value = record.value.split(" ")
    if record.type is RecordType.TXT and panel.quotes:
        value = f'"{value}"'
    if record.type is not RecordType.TXT and panel.dot is Dot.NEEDED:
        value = f"{value}."
    return Pasted(
        full_name=record.name,
        host=host_in(zone, record.name, panel.root),
        type=record.type,
        priority=priority,
        value=value,
    )


def host_in(zone: str, name: str, root: str = "@") -> str:
    """A name relative to its zone; whole where it lies in another."""
    if name == zone:
        return root
    return name.removesuffix(f".{zone}") if zone else name
