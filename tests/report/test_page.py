"""The page as a reader has it: in a browser, offline, by keyboard, narrow, dark."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from axe_core_python.base import AXE_FILE_PATH
from playwright.async_api import Browser, Page, async_playwright

from bench.report.page import html_file, questions_file
from tests.report.sample_results import empty

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = (
    "--no-sandbox",  # as root there is none; the page is our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE, NARROW = 1280, 360  # pixels
PAPER = 680  # pixels between the margins of A4
SECTIONS = [
    "answer",
    "crossover",
    "throughput",
    "latency",
    "memory",
    "fairness",
    "correctness",
    "side-by-side",
    "internals",
    "machine",
    "method",
    "reproduce",
    "data",
]

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*QUIET]
        )
        yield browser
        await browser.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory, rich_page):
    """The file of a run with everything in it."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(rich_page, encoding="utf-8")
    return path


@asynccontextmanager
async def shown(browser: Browser, path, width=WIDE, **options) -> AsyncIterator[Page]:
    """The file in a tab of its own, which must not complain nor ask for anything."""
    complaints: list[str] = []
    context = await browser.new_context(
        viewport={"width": width, "height": 800}, **options
    )
    page = await context.new_page()
    page.set_default_timeout(20_000)  # milliseconds: a busy machine is slow, not wrong
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url))
    await page.goto(path.as_uri())
    try:
        yield page
    finally:
        await context.close()
    assert complaints == [path.as_uri()]


async def unfold(page: Page) -> None:
    """Open all that is folded, or it would not be looked at."""
    await page.evaluate(
        "for (const one of document.querySelectorAll('details')) one.open = true"
    )


@pytest.mark.long
async def test_every_section_is_there_and_the_bar_leads_to_it(browser, report):
    """A reader finds each part from the bar at the top."""
    async with shown(browser, report) as page:
        links = await page.eval_on_selector_all(
            "nav a", "all => all.map(one => one.hash.slice(1))"
        )
        found = await page.evaluate(
            "names => names.filter(name => document.getElementById(name))", SECTIONS
        )

    assert links == SECTIONS
    assert found == SECTIONS


@pytest.mark.long
async def test_arrow_keys_step_through_a_broken_schedule(browser, report):
    """The schedule is read step by step, and the step is said to screen readers."""
    async with shown(browser, report) as page:
        lanes = page.locator(".lanes").first
        await lanes.focus()
        said = []
        for key in ("ArrowDown", "ArrowRight", "ArrowUp", "End", "ArrowDown", "Home"):
            await lanes.press(key)
            current = await lanes.locator("[aria-current=step] th").inner_text()
            text = await lanes.locator("output").inner_text()
            said.append((current, text.partition(":")[0]))

    assert said == [
        (str(number), f"Step {number} of 9") for number in (1, 2, 1, 9, 9, 1)
    ]


async def test_buttons_step_as_the_keys_do(browser, report):
    """A reader without a keyboard can step too."""
    async with shown(browser, report) as page:
        lanes = page.locator(".lanes").first
        await lanes.get_by_role("button", name="Next step").click()
        await lanes.get_by_role("button", name="Next step").click()
        await lanes.get_by_role("button", name="Back").click()
        text = await lanes.locator("output").inner_text()

    assert text == "Step 1 of 9: consumer 0 acquires not_empty"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_colours_follow_the_system_until_the_reader_chooses(
    browser, report, scheme
):
    """Both schemes are whole, and the switch goes through system, light and dark."""
    async with shown(browser, report, color_scheme=scheme) as page:
        paper = []
        for _ in range(3):
            paper.append(
                await page.evaluate("getComputedStyle(document.body).backgroundColor")
            )
            await page.locator("#theme").click()

    light, dark = "rgb(251, 250, 247)", "rgb(22, 23, 26)"
    assert paper == [light if scheme == "light" else dark, light, dark]


@pytest.mark.parametrize("width", [WIDE, NARROW])
async def test_the_page_never_scrolls_sideways(browser, report, width):
    """What is too wide scrolls inside its own frame, also on a telephone."""
    async with shown(browser, report, width) as page:
        await unfold(page)
        needed = await page.evaluate("document.documentElement.scrollWidth")

    assert needed == width


async def test_a_narrow_screen_shows_whole_captions(browser, report):
    """A caption was as wide as its table, and its end was outside the screen."""
    async with shown(browser, report, NARROW) as page:
        await unfold(page)
        ends = await page.eval_on_selector_all(
            ".scroll caption:not(.spoken) span",
            "all => all.map(one => one.getBoundingClientRect().right)",
        )

    assert ends
    assert max(ends) <= NARROW


async def test_a_heading_stands_clear_of_the_bar(browser, tmp_path):
    """The pages without a line above their heading began below the bar."""
    path = tmp_path / "questions.html"
    row = ("13", "`to_thread` on a loop?", "not measured yet.", "python -m bench")
    path.write_text(questions_file.render([row]), encoding="utf-8")
    async with shown(browser, path) as page:
        bar = await page.locator("nav").bounding_box()
        heading = await page.locator("h1").bounding_box()
        question = await page.locator("dt").inner_text()

    assert heading["y"] - (bar["y"] + bar["height"]) >= 30
    assert question == "13. to_thread on a loop?"


@pytest.mark.long
@pytest.mark.parametrize(
    ("scheme", "width", "rules"),
    [
        ("light", WIDE, {}),
        (
            "dark",
            NARROW,
            {"runOnly": ["color-contrast", "scrollable-region-focusable"]},
        ),
    ],
    ids=["light", "dark"],
)
async def test_axe_finds_nothing_serious(browser, report, scheme, width, rules):
    """Names, roles, contrast and order serve readers with assistive technology."""
    async with shown(browser, report, width, color_scheme=scheme) as page:
        await unfold(page)
        await page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
        violations = await page.evaluate(
            "rules => axe.run(document, {resultTypes: ['violations'], ...rules})"
            ".then(found => found.violations.map(one =>"
            " [one.impact, one.id, one.nodes[0].html]))",
            rules,
        )

    assert violations == []  # not only nothing serious: nothing


async def test_paper_holds_what_stands_open_and_no_more(browser, report):
    """Unfolded it would be a hundred pages; and paper cannot scroll sideways."""
    async with shown(browser, report, PAPER) as page:
        await page.emulate_media(media="print")
        folded = await page.evaluate(
            "[...document.querySelectorAll('details')].filter("
            "one => one.open != one.checkVisibility()).length"
        )
        needed = await page.evaluate("document.documentElement.scrollWidth")
        note = await page.locator("#correctness .on-paper").inner_text()

    assert folded == 0
    assert needed == PAPER
    assert note.startswith("The page contains 3 failing schedules")


async def test_without_scripts_everything_is_there_to_read(browser, report):
    """Steps, tables and charts need no JavaScript; only their controls do."""
    async with shown(browser, report, java_script_enabled=False) as page:
        assert await page.locator("figure svg").first.is_visible()
        assert await page.locator(".lanes .step").first.is_visible()
        assert not await page.locator(".controls").first.is_visible()
        assert not await page.locator("#theme").is_visible()


@pytest.mark.long
@pytest.mark.parametrize("of", ["empty", "hostile"])
async def test_nothing_that_a_run_holds_can_break_the_page(
    browser, tmp_path, hostile_page, of
):
    """Names and texts of users are shown, never run; an empty run is a page too."""
    path = tmp_path / "report.html"
    content = hostile_page if of == "hostile" else html_file.render(empty())
    path.write_text(content, encoding="utf-8")
    async with shown(browser, path, NARROW) as page:
        found = await page.evaluate(
            "names => names.filter(name => document.getElementById(name))", SECTIONS
        )
        planted = await page.locator(
            "img, iframe, object, [onerror], [onclick]"
        ).count()
        links = await page.eval_on_selector_all(
            "a", "all => [...new Set(all.map(one => one.protocol))].sort()"
        )
        scripts = await page.locator("script").count()
        wide = await page.evaluate("document.documentElement.scrollWidth")

    assert found == SECTIONS
    assert planted == 0
    assert links == ["data:", "file:"]
    assert scripts == 1
    assert wide == NARROW
