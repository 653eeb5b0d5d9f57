"""The page of a report in a real browser; skipped where there is none."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.verdicts import EXPLAINED, SAMPLES
from vrss_contract.report import page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium and no Chrome on the PATH"),
]
SWITCHES = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    *("--enable-logging=stderr", "--virtual-time-budget=2000", "--window-size=1280,1000"),
)
_MEASURED = """<script>
addEventListener("load", () => {
  document.querySelectorAll("details").forEach((each) => { each.open = true; });
  const {scrollWidth, clientWidth} = document.documentElement;
  parent.postMessage(`${scrollWidth} of ${clientWidth}`, "*");
});
</script>"""
_FRAME = """<!DOCTYPE html><html><body>
<script>addEventListener("message", (said) => {{ document.title = said.data; }});</script>
<iframe src="page.html" style="width: {width}px; height: 900px; border: 0"></iframe>
</body></html>"""


@pytest.fixture
def text() -> str:
    """A page with causes, and with names and findings of some length."""
    return page.render(EXPLAINED, [*SAMPLES["broken"], *SAMPLES["long"]])


def _seen(place: Path, address: str) -> tuple[str, str]:
    """The document as the browser has it in the end, and what was logged."""
    command = [str(BROWSER), *SWITCHES, f"--user-data-dir={place / 'browser'}", "--dump-dom"]
    done = subprocess.run(
        [*command, f"file://{place}/{address}"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout, done.stderr


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_no_wider_than_the_screen(text: str, tmp_path: Path, width: int) -> None:
    (tmp_path / "page.html").write_text(text.replace("</body>", f"{_MEASURED}</body>"), "utf-8")
    (tmp_path / "frame.html").write_text(_FRAME.format(width=width), "utf-8")
    document, _ = _seen(tmp_path, "frame.html")
    needed, had = re.findall(r"<title>(\d+) of (\d+)</title>", document)[0]
    assert needed == had


def test_the_page_has_nothing_to_complain_of(text: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(text, "utf-8")

    document, logged = _seen(tmp_path, "page.html")

    assert "Contract broken: 45 of" in document
    assert "CONSOLE" not in logged


def test_a_link_to_a_clause_that_is_folded_up_unfolds_it(text: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(text, "utf-8")

    document, _ = _seen(tmp_path, "page.html#posts.title.not-null")

    assert re.search(r'<details class="group" open(="")?><summary><h2>1 held', document)


def test_the_search_counts_what_it_shows(text: str, tmp_path: Path) -> None:
    typed = """<script>
    const field = document.querySelector("input");
    field.value = "not-blank";
    field.dispatchEvent(new Event("input", {bubbles: true}));
    </script></body>"""
    (tmp_path / "page.html").write_text(text.replace("</body>", typed), "utf-8")

    document, _ = _seen(tmp_path, "page.html")

    assert re.search(r"<output[^>]*>1 of \d+</output>", document)
