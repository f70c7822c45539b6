"""A page in headless Chromium: what it measures, says on its console, and asks the network for.

A window of Chromium is at least 500 px wide, so a page is shown in a frame of the width asked
for: its media queries and its layout see that width as a phone's.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-extensions", "--disable-background-networking", "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", "--v=0",
)  # fmt: skip
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
REPLY = re.compile(r'<pre id="reply">(.*?)</pre>', re.DOTALL)
FRAME = """<!DOCTYPE html><meta charset="utf-8"><style>body{{margin:0}}iframe{{border:0}}</style>
<iframe src="{page}" style="width:{width}px;height:{height}px"></iframe><pre id="reply"></pre>
<script>addEventListener("message", e => document.getElementById("reply").textContent = e.data)
</script>"""


def find_browser() -> str | None:
    """The browser on this machine, None without one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Browser:
    """A headless browser that keeps its files in ``folder``."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program, self.folder = program, folder

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "HOME": str(self.folder)}
        return subprocess.run(
            [self.program, *FLAGS, f"--user-data-dir={self.folder / 'profile'}", *arguments],
            cwd=self.folder, env=env, capture_output=True, text=True, timeout=90, check=True,
        )  # fmt: skip

    def load(self, page: Path) -> tuple[str, str]:
        """The page as the browser understood it, and what its console said."""
        done = self._run("--dump-dom", page.as_uri())
        return done.stdout, "\n".join(
            line for line in done.stderr.splitlines() if "CONSOLE" in line
        )

    def ask(self, page: Path, script: str, *, width: int, page_text: str | None = None) -> Any:
        """The value of a JavaScript expression in a copy of the page, shown this wide.

        The copy goes without the page's policy, which forbids scripts. page_text: the copy's
        text where it is not the page's own.
        """
        text = page.read_text("utf-8") if page_text is None else page_text
        asked = (
            f"<script>addEventListener('load', () => parent.postMessage(JSON.stringify({script}), "
            "'*'))</script>"
        )
        copy = self.folder / "copy.html"
        copy.write_text(POLICY.sub("", text) + asked, "utf-8")
        said = self._run("--virtual-time-budget=5000", "--dump-dom", self._frame(copy, width, 800))
        found = REPLY.search(said.stdout)
        assert found is not None, "the frame was not shown"
        assert found[1], "the page did not answer"
        return json.loads(html.unescape(found[1]))

    def screenshot(self, page: Path, out: Path, *, width: int, height: int) -> None:
        """A picture of the page's first ``height`` pixels, shown this wide."""
        size = f"--window-size={max(width, 500)},{height}"
        self._run(size, f"--screenshot={out}", self._frame(page, width, height))

    def print(self, page: Path, out: Path) -> None:
        """The page on paper, as PDF."""
        self._run(f"--print-to-pdf={out}", "--no-pdf-header-footer", page.as_uri())

    def _frame(self, page: Path, width: int, height: int) -> str:
        frame = self.folder / "frame.html"
        text = FRAME.format(page=html.escape(page.as_uri()), width=width, height=height)
        frame.write_text(text, "utf-8")
        return frame.as_uri()
