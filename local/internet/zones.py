"""The DNS records of the recipients' domains and of their mail hosts."""

from collections import defaultdict

from local.internet.characters import load_domains
from local.internet.dns_records import PANEL
from local.internet.dns_server import DnsServer
from local.internet.servers import Servers


def publish_zones(dns: DnsServer, servers: Servers) -> None:
    """The name servers; MX and SPF for each domain that a server receives mail for; all hosts."""
    for host in PANEL:
        dns.publish(host, "A", "127.0.0.1")
    exchanges: dict[str, list[str]] = defaultdict(list)
    for server in servers.all():
        dns.publish(server.host, "A", "127.0.0.1")
        for domain in server.domains:
            exchanges[domain].append(f"{server.preference} {server.host}")
    for domain, values in exchanges.items():
        dns.publish(domain, "MX", *values)
        dns.publish(domain, "TXT", "v=spf1 mx -all")
    for domain, records in load_domains().items():
        for type_, values in records.items():
            dns.publish(domain, type_, *values)
