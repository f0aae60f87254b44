"""A real Chromium that reaches nothing but this machine, and a real JupyterLab for it to open."""

from __future__ import annotations

import itertools
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, sync_playwright

from digigov.course.lessons import Lesson, find_lessons
from digigov.i18n import LANGUAGES

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",  # Chromium refuses to run as root with it, as in a container.
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # What interception does not see (prefetching, web sockets) finds no host either.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
LOCAL = re.compile(r"(?:file://|data:|blob:|about:|(?:http|ws)://127\.0\.0\.1[:/])")

LAB_STARTUP_SECONDS = 60

DEFAULT_LESSONS = "04,14"
CHINESE_FONT = re.compile(r"CJK|WenQuanYi|YaHei|PingFang|Source Han|Noto Sans SC")


def chosen_lessons() -> tuple[Lesson, ...]:
    """Lessons that are opened in a browser: ``DIGIGOV_BROWSER_LESSONS``, else those for all."""
    chosen = os.environ.get("DIGIGOV_BROWSER_LESSONS", DEFAULT_LESSONS)
    return find_lessons([] if chosen == "all" else chosen.split(","))


def chosen_editions() -> tuple[tuple[Lesson, str], ...]:
    """Those of the chosen lessons: of named lessons every one, else in turn in each language."""
    lessons = chosen_lessons()
    if "DIGIGOV_BROWSER_LESSONS" in os.environ:
        return tuple(itertools.product(lessons, LANGUAGES))
    return tuple(zip(lessons, itertools.cycle(LANGUAGES), strict=False))


@dataclass
class Log:
    """What a page asked for and complained about."""

    outside: list[str] = field(default_factory=list)
    """Requests to any other host; all were refused."""
    failed: list[str] = field(default_factory=list)
    """Local requests that failed or were answered with an error."""
    errors: list[str] = field(default_factory=list)
    """Errors in the console, and exceptions of scripts."""

    def assert_clean(self) -> None:
        """Fail if the page asked another host, lost a request or reported an error."""
        assert self.outside == [], "the page asked another host"
        assert self.failed == [], "requests failed"
        assert self.errors == [], "the console reports errors"


def watch(page: Page) -> Log:
    """Record from now on what a page asks for and complains about."""
    log = Log()

    def note_failure(request: Request) -> None:
        # The browser itself gives up what a page no longer needs.
        if LOCAL.match(request.url) and "ERR_ABORTED" not in (request.failure or ""):
            log.failed.append(f"{request.failure}: {request.url}")

    def note_response(response) -> None:
        if response.status >= 400:
            log.failed.append(f"{response.status}: {response.url}")

    def note_request(url: str) -> None:
        if not LOCAL.match(url):
            log.outside.append(url)

    page.on("request", lambda request: note_request(request.url))
    page.on("websocket", lambda socket: note_request(socket.url))
    page.on("requestfailed", note_failure)
    page.on("response", note_response)
    page.on("pageerror", lambda error: log.errors.append(str(error)))
    page.on("console", lambda m: log.errors.append(m.text) if m.type == "error" else None)
    return log


def refuse_outside(route: Route) -> None:
    """Let local requests through and no others."""
    if LOCAL.match(route.request.url):
        route.continue_()
    else:
        route.abort()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    if not Path(CHROMIUM).exists():
        pytest.fail("Chromium is not installed: install the Debian package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def offline_context(browser: Browser, **options) -> Iterator[BrowserContext]:
    """Browser context in which only this machine answers."""
    options = {"viewport": {"width": 1280, "height": 900}} | options
    with browser.new_context(**options) as context:
        context.route("**/*", refuse_outside)
        context.set_default_timeout(30_000)
        yield context


def fonts_of(page: Page, selector: str) -> dict[str, int]:
    """Fonts that Chromium really draws an element with, and how many glyphs come from each."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    nodes = session.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})["nodeIds"]
    fonts: dict[str, int] = {}
    for node in nodes:
        for font in session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]:
            name = font["familyName"]
            fonts[name] = fonts.get(name, 0) + int(font["glyphCount"])
    session.detach()
    return fonts


_CUT = """() => [...document.querySelectorAll("main, main *:not(svg *, math *)")]
  .filter((node) => {
    const { overflowX, display } = getComputedStyle(node);
    // One pixel is what only a screen reader is told.
    return node.clientWidth > 1 && display !== "inline" && overflowX !== "visible"
      && node.scrollWidth > node.clientWidth + 1
      && !(["auto", "scroll"].includes(overflowX) && node.tabIndex === 0
        && (node.matches("pre, math") || node.getAttribute("aria-label")));
  })
  .map((node) => `${node.outerHTML.slice(0, 120)}: ${node.scrollWidth} in ${node.clientWidth}`)"""


def cut_in_silence(page: Page) -> list[str]:
    """What is wider than its box, and out of reach of a keyboard or without a name."""
    return page.evaluate(_CUT)


def assert_shadow_at_its_edge(page: Page, selector: str) -> None:
    """Fail if nobody sees that the first box that hides a part of what is in it does so."""
    hidden = page.locator(selector).evaluate_all(
        "(nodes) => nodes.map((node) => node.scrollWidth - node.clientWidth)"
    )
    wide = [number for number, pixels in enumerate(hidden) if pixels > 1]
    assert wide, f"none hides anything: {hidden}"
    box = page.locator(selector).nth(wide[0])
    box.scroll_into_view_if_needed()
    place = box.bounding_box()
    end = {"x": place["x"] + place["width"] - 16, "y": place["y"] + 8, "width": 16, "height": 24}
    start = {**end, "x": place["x"]}
    before = {name: page.screenshot(clip=clip) for name, clip in (("end", end), ("start", start))}
    box.evaluate("(node) => { node.style.background = 'none'; }")
    assert page.screenshot(clip=end) != before["end"]
    assert page.screenshot(clip=start) == before["start"], "a shadow where nothing is hidden"


def assert_chinese_font(page: Page, selector: str) -> None:
    """Fail unless an element is drawn with a font that holds Chinese."""
    fonts = fonts_of(page, selector)
    chinese = sum(glyphs for name, glyphs in fonts.items() if CHINESE_FONT.search(name))
    assert chinese > 0.9 * sum(fonts.values()) > 0, f"{selector} is drawn with {fonts}"


# ---------------------------------------------------------------------------------- JupyterLab


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab."""

    port: int
    token: str

    def url(self, path: str) -> str:
        """Address of a notebook below the root folder, in a workspace where nothing else is open."""
        workspace = secrets.token_hex(8)
        return (
            f"http://127.0.0.1:{self.port}/lab/workspaces/{workspace}/tree/{path}"
            f"?token={self.token}"
        )


SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
    # Otherwise cells out of sight are not in the page, and a test sees only some outputs.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    # A dialog when the page is left would outlive the test.
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}


@contextmanager
def running_lab(root: Path, scratch: Path) -> Iterator[Lab]:
    """JupyterLab of this environment on a free port, with settings and files of its own.

    Parameters
    ----------
    root : Path
        Folder that it shows.
    scratch : Path
        Empty folder for its settings, workspaces and logs.
    """
    for name, settings in SETTINGS.items():
        file = scratch / "settings" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    lab = Lab(port, secrets.token_hex(16))
    environment = os.environ | {
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTERLAB_SETTINGS_DIR": str(scratch / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(scratch / "workspaces"),
        "JUPYTER_CONFIG_DIR": str(scratch / "config"),
        "JUPYTER_DATA_DIR": str(scratch / "data"),
        "JUPYTER_RUNTIME_DIR": str(scratch / "runtime"),
        "JUPYTER_TOKEN": lab.token,
    }
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={root}",
    ]
    log = scratch / "lab.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            wait_for_lab(lab, process, log)
            yield lab
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for_lab(lab: Lab, process: subprocess.Popen, log: Path) -> None:
    """Return when the server answers; fail with its log if it does not."""
    deadline = time.monotonic() + LAB_STARTUP_SECONDS
    url = f"http://127.0.0.1:{lab.port}/api/status?token={lab.token}"
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")


def open_notebook(page: Page, lab: Lab, path: str) -> None:
    """Open a notebook in JupyterLab and wait until its kernel is ready."""
    page.goto(lab.url(path))
    page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook").wait_for()
    wait_until_idle(page, 60_000)


def wait_until_idle(page: Page, milliseconds: int) -> None:
    """Wait until the open notebook has a kernel, and the kernel nothing to do."""
    # The notebook's own indicator says idle before there is a kernel; running a cell then makes
    # JupyterLab ask which kernel to use.
    page.locator("#jp-main-statusbar").get_by_text(re.compile(r"\| Idle$")).wait_for(
        timeout=milliseconds
    )


def run_all_cells(page: Page, milliseconds: int = 120_000) -> list[str]:
    """Choose Run All Cells from the menu and wait for the last one.

    Returns
    -------
    list of str
        The prompt of each code cell that holds code: ``[1]:`` once it has run, ``[ ]:`` if a cell
        before it failed.
    """
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("^Run All Cells")).click()
    page.wait_for_function(
        """() => {
            const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")]
              .map((prompt) => prompt.textContent);
            return prompts.some((text) => /\\d/.test(text))
              && !prompts.some((text) => text.includes("*"));
        }""",
        timeout=milliseconds,
    )
    wait_until_idle(page, milliseconds)
    return page.locator(".jp-CodeCell").evaluate_all(
        """cells => cells
            .filter((cell) => cell.querySelector(".cm-content").textContent.trim())
            .map((cell) => cell.querySelector(".jp-InputPrompt").textContent.trim())"""
    )
