"""Headless Chromium, spoken to through a pipe: how a page looks, how wide it is, what it asks for.

The protocol is Chromium's own (DevTools), a JSON object and a zero byte a message, on the file
descriptors 3 and 4 of the browser. Nothing but the Chromium of the system is needed.
"""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from select import select

Message = Mapping[str, object]

OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
PATIENCE = 60.0
"""Seconds that an answer may take."""


def chromium() -> str | None:
    """Where it is, if it is installed."""
    return shutil.which("chromium") or shutil.which("google-chrome")


@dataclass
class Page:
    """A page in the browser. `asked` is every address asked for, `said` what the console says."""

    to_browser: int
    from_browser: int
    session: str = ""
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    _number: int = 0
    _rest: bytes = b""

    def call(self, method: str, **parameters: object) -> Message:
        """The answer to a request."""
        self._number += 1
        request = {"id": self._number, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(request).encode() + b"\0")
        while True:
            message = self._next()
            if message.get("id") == self._number:
                assert "error" not in message, (method, message["error"])
                return part(message, "result")
            self._note(message)

    def show(self, path: Path, width: int, height: int, scheme: str) -> None:
        """The file is open in a window of this size, on a device that prefers this scheme."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.prefer(scheme)
        self.call("Page.navigate", url=path.as_uri())
        self.tell(
            "new Promise(done => document.readyState == 'complete' ? done(1) : onload = done)"
        )

    def prefer(self, scheme: str, media: str = "screen") -> None:
        """As on a device that prefers this scheme; or as it will be printed."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media=media, features=features)

    def tell(self, expression: str) -> object:
        """What the expression comes to in the page."""
        found = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in found, found
        return part(found, "result").get("value")

    def screenshot(self, whole: bool = True) -> bytes:
        """PNG of all of it, or of what the window shows."""
        found = self.call("Page.captureScreenshot", captureBeyondViewport=whole, format="png")
        return base64.b64decode(str(found["data"]))

    def printed(self, scheme: str) -> bytes:
        """PDF, of a device that prefers this scheme on its screen."""
        self.prefer(scheme, "print")
        found = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        return base64.b64decode(str(found["data"]))

    def _next(self) -> Message:
        while b"\0" not in self._rest:
            assert select([self.from_browser], [], [], PATIENCE)[0], "Chromium does not answer"
            read = os.read(self.from_browser, 1 << 20)
            assert read, "Chromium has ended"
            self._rest += read
        line, _, self._rest = self._rest.partition(b"\0")
        message: Message = json.loads(line)
        return message

    def _note(self, message: Message) -> None:
        method = message.get("method")
        if method == "Network.requestWillBeSent":
            self.asked.append(str(part(part(message, "params"), "request")["url"]))
        elif method in ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"):
            self.said.append(json.dumps(message["params"]))


def part(message: Message, name: str) -> Message:
    """An object in an object."""
    found = message[name]
    assert isinstance(found, dict)
    return found


@contextmanager
def opened(binary: str, profile: Path) -> Iterator[Page]:
    """A page of a browser of its own, which is gone afterwards."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    script = 'exec 3<&"$1" 4>&"$2"; shift 2; exec "$@"'
    command = ["bash", "-c", script, "bash", str(theirs_in), str(theirs_out)]
    browser = subprocess.Popen(
        [*command, binary, *OPTIONS, f"--user-data-dir={profile}", "about:blank"],
        pass_fds=(theirs_in, theirs_out),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs_in)
    os.close(theirs_out)
    page = Page(ours_out, ours_in)
    try:
        target = page.call("Target.createTarget", url="about:blank")["targetId"]
        page.session = str(
            page.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        )
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.call(f"{domain}.enable")
        yield page
        page.session = ""
        page.call("Browser.close")
        browser.wait(PATIENCE)
    finally:
        os.close(ours_out)
        os.close(ours_in)
        if browser.poll() is None:
            browser.kill()
            browser.wait()
