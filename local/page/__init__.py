"""The local page: a look at mailboxes, transcripts, contacts and dashboards without AWS.

server = PageServer(Site.of(world, crm, example))
"""

from local.page.server import PageServer
from local.page.site import Site

__all__ = ["PageServer", "Site"]
