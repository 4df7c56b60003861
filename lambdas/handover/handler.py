"""The page for a hotel's web agency: a request of the HTTP API in, HTML out."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from publicsuffixlist import PublicSuffixList

from bellhop import clock
from bellhop.handover.answers import asset, missing, page
from bellhop.handover.view import Look
from bellhop.name_servers.authentication import NameServers, resolvers
from bellhop.settings import HandoverSettings, Settings
from bellhop.store import table
from bellhop.store.links import LinkStore
from bellhop.store.senders import SenderStore
from bellhop.usecases.hand_over import find_shared
from bellhop.usecases.remembered import Remembered
from bellhop.web.languages import chosen


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Answers one request of the HTTP API (payload format 2.0): a page, or one of its assets."""
    named = event["pathParameters"]
    if name := named.get("name"):
        return asset(name)
    query = event.get("queryStringParameters") or {}
    language = chosen(query.get("lang", ""), event["headers"].get("accept-language", ""))
    shared = find_shared(named["token"], senders=senders, links=links, clock=clock.now)
    if shared is None:
        return missing(language)
    sender, link = shared
    look = looks.get(sender) if sender.tokens else None
    return page(sender, link, look, language, clock.now())


settings = Settings.read()
table.bind(settings.table, settings.region)
senders, links = SenderStore(), LinkStore()
name_servers = NameServers(
    settings.region,
    resolvers(HandoverSettings.read().resolver),
    PublicSuffixList().privatesuffix,
)
# A reader who reloads asks DNS once a minute.
looks: Remembered[Any, Look] = Remembered(
    lambda sender: Look(report=name_servers.check(sender), at=clock.now()), clock.now
)
