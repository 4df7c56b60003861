"""A person looks at the deployed stack through the local page, in a real browser."""

from __future__ import annotations

import re
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import Request as AskedFor

from local.page import PageServer, Site
from local.page.commands import Command, Example, commands
from tests.end_to_end.deployment import Deployment

SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
PATIENCE = 20_000.0  # milliseconds
REFUSAL = "tracker.test.* violates|Blocked script execution"
HOSTILE = """<p id="said">intact</p><img src="http://tracker.test/pixel.gif">
<script>document.getElementById("said").textContent = "run"; parent.document.title = "run";</script>
<a href="http://tracker.test/" onclick="parent.location = this.href">click</a>"""
BLOCKED = "csp"
"""How Chromium says that the content security policy kept a request from leaving."""
# A shell's view of a command: its words, each ended by a zero byte.
WORDS = """curl() {{ printf '%s\\0' "$@"; }}
{command}"""


@dataclass(kw_only=True)  # no slots: playwright keeps its handlers on the object
class Visit:
    """An open page, and what went wrong or left the machine while it was open."""

    page: Page
    troubles: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("console", lambda message: self.troubles.append(message.text))
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("requestfinished", self._look)
        self.page.on("requestfailed", self._look)

    def _look(self, request: AskedFor) -> None:
        scheme = urlsplit(request.url).scheme
        if (
            scheme != "data"
            and urlsplit(request.url).hostname != "127.0.0.1"
            and request.failure != BLOCKED
        ):
            self.strangers.append(request.url)


@pytest.fixture(scope="module")
def site(deployment: Deployment) -> Site:
    (email,) = deployment.post("elena.ruiz+pagina@correo.test").body["emails"]
    deployment.wait_for_status(email["id"], "delivered")
    example = Example(email_id=email["id"], contact_id=email["contact_id"])
    return Site.of(deployment.world, deployment.crm, example)


@pytest.fixture(scope="module")
def url(site: Site) -> Iterator[str]:
    with PageServer(site) as server:
        yield server.url


@pytest.fixture(params=SIZES)
def visit(request: pytest.FixtureRequest, browser: Browser, url: str) -> Iterator[Visit]:
    width, height = SIZES[request.param]
    context = browser.new_context(base_url=url, viewport={"width": width, "height": height})
    context.set_default_timeout(PATIENCE)
    visit = Visit(page=context.new_page())
    visit.watch()
    yield visit
    context.close()
    assert visit.troubles == []
    assert visit.strangers == []


def new_address() -> str:
    """An address of Elena's that nobody wrote to yet."""
    return f"elena.ruiz+{secrets.token_hex(4)}@correo.test"


def guest_path(address: str) -> str:
    return f"/guest?address={quote(address)}"


def test_a_person_writes_to_a_guest_and_sees_what_becomes_of_it(visit: Visit) -> None:
    page, address = visit.page, new_address()
    page.goto("/")
    page.get_by_label("To", exact=True).fill(address)
    page.get_by_label("Subject").fill("Su llegada")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(address)
    card = page.locator("#card")  # it changes by itself, while the page stays open
    expect(card.locator(".sentence")).to_contain_text("delivered", timeout=PATIENCE)
    expect(page.locator("#said")).to_contain_text("accepted", timeout=PATIENCE)
    page.get_by_role("link", name="Español").click()
    expect(page.locator("article[lang=es] .sentence")).to_contain_text("Ya lo tiene")
    page.get_by_role("link", name="Su llegada").click()
    expect(page.get_by_text("DKIM pass")).to_be_visible()
    expect(page.locator(".headers")).to_contain_text("Authentication-Results")
    expect(page.locator("pre.plain")).to_contain_text("Le esperamos el viernes")


def test_a_hostile_email_is_shown_and_does_nothing(visit: Visit, deployment: Deployment) -> None:
    address = new_address()
    email_id = deployment.send(address, subject="<i>Hola</i>", html=HOSTILE)
    deployment.wait_for_status(email_id, "delivered")
    visit.page.goto(guest_path(address))
    visit.page.get_by_role("link", name="<i>Hola</i>").click()
    frame = visit.page.frame_locator("iframe")
    expect(frame.locator("#said")).to_have_text("intact")
    assert visit.page.title() == "Message · Bellhop, local"
    refusals = [each for each in visit.troubles if re.search(REFUSAL, each)]
    assert len(refusals) == len(visit.troubles) >= 2  # of the image, and of the script
    visit.troubles.clear()


@pytest.mark.parametrize(
    "path", ["/", guest_path("elena.ruiz@correo.test"), "/transcripts", "/api"]
)
def test_pages_fit_their_window(visit: Visit, path: str) -> None:
    answer = visit.page.goto(path)
    assert answer
    assert answer.status == 200
    assert fits(visit.page)


def fits(page: Page) -> bool:
    """Whether nobody needs to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_dashboards_show_what_cloudwatch_has(visit: Visit, deployment: Deployment) -> None:
    page, cloudwatch = visit.page, deployment.client("cloudwatch")
    page.goto("/dashboards?minutes=1440")
    name = deployment.outputs["DashboardName"]
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    emails = page.locator("article").filter(
        has=page.get_by_role("heading", name="Emails", exact=True)
    )
    delivered = emails.locator("div", has=page.locator("dt", has_text="delivered")).locator("dd")
    assert int(delivered.inner_text().replace(",", "")) >= 1
    graph = (
        page.locator("article", has_text="Emails and events over time")
        .locator("svg .series-2")
        .first
    )
    assert graph.bounding_box()
    alarms = {each["AlarmName"] for each in cloudwatch.describe_alarms()["MetricAlarms"]}
    shown = page.locator("article.alarm")
    assert {shown.nth(index).get_attribute("id") for index in range(shown.count())} == alarms
    assert fits(page)


def test_every_route_has_a_command_that_works(deployment: Deployment, site: Site) -> None:
    ready = commands(site.crm, site.example)
    described = deployment.crm.get("/openapi.json").body["paths"]
    routes = {
        f"{method.upper()} {path}" for path, methods in described.items() for method in methods
    }
    assert {command.route for command in ready} == {*routes, "GET /openapi.json"}
    other = {
        "POST /v1/emails": 202,
        "POST /v1/emails/batch": 202,
        "POST /v1/emails/{email_id}/cancel": 409,  # the example was sent
        "POST /v1/senders": 202,
        "POST /v1/senders/{domain}/check": 202,
        "POST /v1/senders/{domain}/link": 201,
        "DELETE /v1/senders/{domain}": 202,
    }
    assert {command.route: answer(command) for command in ready} == {
        command.route: other.get(command.route, 200) for command in ready
    }


def answer(command: Command) -> int:
    """The status of what a shell would have curl do; curl itself may not be installed."""
    shell = subprocess.run(
        ["sh", "-c", WORDS.format(command=command.curl)], capture_output=True, text=True, check=True
    )
    words = iter(shell.stdout.split("\0")[:-1])
    assert next(words) == "-sS"
    url, headers, body, method = next(words), {}, None, None
    for option, value in zip(words, words, strict=True):
        if option == "-H":
            name, _, text = value.partition(": ")
            headers[name] = text
        elif option == "-X":
            method = value
        else:
            assert option == "-d"
            body = value.encode()
    request = Request(url, data=body, headers=headers, method=method)  # noqa: S310 (our own URL)
    try:
        with urlopen(request, timeout=35) as response:  # noqa: S310 (as above)
            return int(response.status)
    except HTTPError as error:
        return error.code
