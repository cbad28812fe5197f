"""A real Chromium for page tests, kept off the network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, sync_playwright

SCREENSHOTS = Path(__file__).resolve().parents[2] / "test-output" / "screenshots"
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
"""A small but real one."""


def pdf(name: str, content: bytes = PDF) -> FilePayload:
    """What a file input takes as a file of that name."""
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


@contextmanager
def chromium() -> Iterator[Browser]:
    executable = which("chromium") or which("chromium-browser") or which("google-chrome")
    assert executable, "no Chromium here; `make test` installs it where it may"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Visitor:
    """Somebody at a browser; remembers which hosts the pages asked, and what the console complained of."""

    def __init__(self, browser: Browser, url: str, viewport: dict[str, int], script: bool = True) -> None:
        self.url = url
        self.context: BrowserContext = browser.new_context(
            viewport=viewport,  # type: ignore[arg-type]
            locale="zh-CN",
            java_script_enabled=script,
        )
        self.page: Page = self.context.new_page()
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname or ""))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.set_default_timeout(15_000)

    def open(self, path: str) -> None:
        answer = self.page.goto(self.url + path)
        assert answer is not None
        assert answer.status < 400, f"{path} answered {answer.status}: {self.page.inner_text('main')[:500]}"

    def sign_in(self, login: str, password: str) -> None:
        self.open("/sign-in")
        self.page.fill("#f-login", login)
        self.page.fill("#f-password", password)
        self.page.press("#f-password", "Enter")
        self.page.wait_for_selector("text=退出")

    def picture(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(SCREENSHOTS / f"{name}.png"), full_page=True)

    def open_everything(self) -> None:
        """Unfold what a page keeps folded, so that a look at it sees all of it."""
        self.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")

    def unlabelled(self) -> list[str]:
        """Names of inputs that no label names."""
        found: list[str] = self.page.evaluate(
            "[...document.querySelectorAll('input:not([type=hidden]),select,textarea')]"
            ".filter(each => !each.labels.length).map(each => each.name)"
        )
        return found

    def fits(self) -> bool:
        """Nothing sticks out to the right of the window."""
        wide: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return wide <= 0

    def close(self) -> None:
        self.context.close()
