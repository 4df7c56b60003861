"""A hotel's web agency follows a private link, in a real browser, and publishes what it reads."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from local.demo.crm import Crm
from local.demo.steps import ops
from tests.end_to_end.deployment import Deployment, eventually
from tests.end_to_end.handover import new_link

TENANT, DOMAIN = "hotel-brisa", "hotel-brisa.test"
PATH = f"/v1/senders/{DOMAIN}"
PATIENCE = 20_000.0  # milliseconds
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def hotel(deployment: Deployment) -> Iterator[Crm]:
    """The CRM of a hotel that begins without records."""
    key = ops(deployment.world, "keys", "create", "--tenant", TENANT, "--name", "crm")
    deployment.world.internet.dns.publish(DOMAIN, "A", "127.0.0.1")  # it has a web site
    hotel = Crm(url=deployment.outputs["ApiUrl"], key=key)
    hotel.post("/v1/senders", {"domain": DOMAIN})
    eventually(lambda: hotel.get(PATH).body["records"])
    yield hotel
    hotel.delete(PATH)


@pytest.fixture(scope="module")
def link(hotel: Crm) -> str:
    return new_link(hotel, DOMAIN)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, permissions=["clipboard-read", "clipboard-write"])  # type: ignore[arg-type]  # two whole numbers
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A phone's page, which nothing goes wrong in."""
    page, troubles = context.new_page(), list[str]()
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    assert troubles == []


def articles(page: Page) -> list[Locator]:
    return page.locator("article").all()


def read(article: Locator) -> tuple[str, str, str]:
    """Name, type and value of a record, as the page has it."""
    id_ = article.get_attribute("aria-labelledby")
    kind = article.get_by_role("heading").inner_text().partition(" ")[0]
    priority = article.locator(f"#{id_}-priority").all_inner_texts()
    value = article.locator(f"#{id_}-value").inner_text()
    return article.locator(f"#{id_}-name").inner_text(), kind, " ".join([*priority, value])


def look_again(hotel: Crm) -> None:
    """Has the watch look; the page then asks DNS before its minute is over."""
    before = hotel.get(PATH).body["checked_at"]
    hotel.post(f"{PATH}/check", {})
    eventually(lambda: hotel.get(PATH).body["checked_at"] > before)


def test_an_agency_publishes_what_it_reads_and_sees_it_found(
    deployment: Deployment, hotel: Crm, link: str, page: Page
) -> None:
    dns = deployment.world.internet.dns
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"DNS records for {DOMAIN}")
    expect(page.locator(".status")).to_contain_text("0 of 6 records are found")
    assert len(articles(page)) == 6
    for article in articles(page):
        expect(article.locator(".said")).to_have_text("waiting for DNS (normal up to 72 h)")
        dns.publish(*read(article))

    look_again(hotel)
    eventually(lambda: hotel.get(PATH).body["authentication"])
    page.get_by_role("link", name="Look again").click()
    expect(page.locator(".status")).to_have_text("All records are in order.")
    expect(page.locator("article .said.found")).to_have_count(6)
    expect(page.get_by_text("Nothing has changed.")).to_be_visible()

    name, kind, value = read(articles(page)[0])
    dns.publish(name, kind, "elsewhere.test")
    look_again(hotel)
    eventually(lambda: hotel.get(PATH).body["authentication"]["changes"])
    page.reload()
    expect(page.locator(".status")).to_contain_text("5 of 6 records are found.")
    expect(articles(page)[0]).to_contain_text("We see")
    expect(page.locator(".changes")).to_contain_text("elsewhere.test")
    expect(page.locator(".changes")).to_contain_text(value)
    dns.publish(name, kind, value)


def test_one_tap_copies_a_value_and_says_so(link: str, page: Page) -> None:
    page.goto(link)
    for label, part in (("Name without the domain", "host"), ("Value", "value")):
        shown = articles(page)[0].locator(f"[id$={part}]").inner_text()
        button = articles(page)[0].get_by_role("button", name=label)
        button.click()
        expect(page.get_by_role("status")).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == shown


def test_without_script_everything_is_there_but_the_buttons(browser: Browser, link: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(link)
    assert page.locator("article").count() == 6
    assert page.locator("button").count() > 0
    assert not [each for each in page.locator("button").all() if each.is_visible()]
    page.get_by_role("link", name="Español").click()
    expect(page.locator("html[lang=es]")).to_have_count(1)
    context.close()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_page_fits_and_reads_well(
    page: Page, link: str, language: str, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]  # two whole numbers
    page.goto(f"{link}?lang={language}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("h1").count() == page.locator("main").count() == 1
    levels = [
        int(each[1])
        for each in page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(e => e.tagName)")
    ]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert page.get_attribute("html", "lang") == language
    names = [each.inner_text().strip() for each in page.get_by_role("button").all()]
    assert all(re.fullmatch(r"(Copy|Copiar)\s*: .+", name) for name in names)
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert (page.evaluate("document.activeElement.tagName"), outline) == ("A", "solid")


def asked(url: str) -> tuple[int, str, dict[str, str]]:
    """Status, body and headers of an answer."""
    try:
        with urlopen(Request(url), timeout=35) as answer:  # noqa: S310 (our own URL)
            return answer.status, answer.read().decode(), dict(answer.headers)
    except HTTPError as error:
        return error.code, error.read().decode(), dict(error.headers)


def test_a_link_that_was_ended_is_as_if_it_had_never_been(
    hotel: Crm, deployment: Deployment
) -> None:
    mine = new_link(hotel, DOMAIN)
    assert asked(mine)[0] == 200
    assert hotel.delete(f"{PATH}/link").body == {"ended": 1}
    unknown = asked(f"{deployment.outputs['ApiUrl']}/s/{'x' * 43}")
    assert asked(mine)[:2] == unknown[:2]
    assert unknown[0] == 404
    assert (
        "default-src 'none'"
        in {k.lower(): v for k, v in unknown[2].items()}["content-security-policy"]
    )
