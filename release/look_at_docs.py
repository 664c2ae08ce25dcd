"""Open every page of the built documentation in Chromium, on a phone and on a desktop, light and dark.

python -m release.look_at_docs build/site --pictures build/docs-pictures

Fails where something is wider than the screen, a picture does not load, a page has an error, or search finds nothing.
Needs `pip install playwright`, and a Chromium of the system.
"""

import argparse
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

SCREENS = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
SCHEMES = ("light", "dark")
# One of each kind, of which pictures are kept.
KINDS = (
    "",
    "install/",
    "tutorial/",
    "video/",
    "app/",
    "training/",
    "model-card/",
    "performance/",
    "reliability/",
    "architecture/",
    "doors/",
    "doors/format/",
    "reference/commands/",
    "reference/settings/",
    "reference/python/",
    "reference/licences/",
)
# The widest things that stick out of the page; what lies in a box that scrolls by itself does not.
STICKS_OUT = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const scrolls = (node) => {
    for (let up = node.parentElement; up; up = up.parentElement)
      if (up !== document.body && ["auto", "scroll", "hidden"].includes(getComputedStyle(up).overflowX)) return true;
    return false;
  };
  return [...document.querySelectorAll("article *")]
    .filter((node) => node.getBoundingClientRect().right > width + 1 && !scrolls(node))
    .slice(0, 3).map((node) => `${node.tagName} ${(node.textContent || "").trim().slice(0, 40)}`)
    .concat([`the page is ${document.documentElement.scrollWidth} wide on ${width}`]);
}"""
BROKEN = "() => [...document.images].filter((image) => !image.naturalWidth).map((image) => image.src)"


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and says nothing of it."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on the loopback interface; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()


def look(page: Page, address: str) -> list[str]:
    """Open a page and return what is wrong with it."""
    faults: list[str] = []
    note = lambda error: faults.append(f"error: {error}")  # noqa: E731 - taken off again below
    page.on("pageerror", note)
    page.goto(address, wait_until="load")
    # Pictures that are far below are loaded when they are scrolled to.
    page.evaluate("() => document.querySelectorAll('img').forEach((image) => { image.loading = 'eager'; })")
    page.wait_for_load_state("networkidle")
    faults += page.evaluate(STICKS_OUT)
    faults += [f"picture {source} does not load" for source in page.evaluate(BROKEN)]
    page.remove_listener("pageerror", note)
    return faults


def search(page: Page, address: str) -> list[str]:
    """Search for a word, and return what is wrong with that."""
    page.goto(address)
    if not page.get_by_role("textbox", name="Search").is_visible():  # on a phone it is behind its button
        page.locator("label[for=__search].md-header__button").click()
    page.get_by_role("textbox", name="Search").fill("smoothing")
    try:
        page.locator(".md-search-result__item").first.wait_for(timeout=20_000)
    except Exception as error:  # playwright's own kinds of time-out
        return [f"search found nothing: {error}"]
    return []


def main() -> None:
    """Look at all pages; keep pictures of each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path)
    parser.add_argument("--pictures", type=Path, default=Path("build/docs-pictures"))
    given = parser.parse_args()
    given.pictures.mkdir(parents=True, exist_ok=True)
    names = sorted(str(path.parent.relative_to(given.site)) for path in given.site.rglob("index.html"))
    pages = ["" if name == "." else f"{name}/" for name in names]
    assert set(KINDS) <= set(pages), set(KINDS) - set(pages)
    browser_path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    faults: list[str] = []
    with served(given.site) as root, sync_playwright() as tool:
        flags = [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
        ]
        browser = tool.chromium.launch(executable_path=browser_path, args=flags)
        for screen, size in SCREENS.items():
            for scheme in SCHEMES:
                context = browser.new_context(viewport=size, color_scheme=scheme, device_scale_factor=1)
                page = context.new_page()
                page.set_default_timeout(60_000)
                # Widths do not depend on colours: one scheme looks at all pages, the other at one of each kind.
                for name in pages if scheme == SCHEMES[0] else KINDS:
                    faults += [f"{name or 'index'}, {screen}: {fault}" for fault in look(page, root + name)]
                    if name in KINDS:
                        kept = f"{screen}-{scheme}-{name.strip('/').replace('/', '-') or 'index'}.png"
                        page.screenshot(path=given.pictures / kept)
                faults += [f"{screen}, {scheme}: {fault}" for fault in search(page, root)]
                page.screenshot(path=given.pictures / f"{screen}-{scheme}-search.png")
                context.close()
        browser.close()
    print(f"{len(pages)} pages, {len(faults)} faults; pictures in {given.pictures}")
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
