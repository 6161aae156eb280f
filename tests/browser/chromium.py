"""A headless Chromium, driven over a pipe: DevTools messages, NUL between them."""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.waiting import wait_for

_FLAGS = (
    "--headless=new",
    "--no-sandbox",  # tests run as root in containers
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--remote-debugging-pipe",
)


def program() -> str:
    """Return where Chromium is; nothing if there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), "")


def missing() -> str:
    """Say why there can be no browser here, or return nothing."""
    return "" if program() else "chromium is not installed"


def chinese_missing() -> str:
    """Say why no Chinese can be drawn here, or return nothing."""
    if shutil.which("fc-list") is None:
        return "fontconfig is not installed"
    asked = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=True)
    return "" if asked.stdout.strip() else "no font has Chinese"


class Page:
    """One tab, and everything it complained about or asked the network for."""

    def __init__(self, profile: Path, *flags: str) -> None:
        self.flags = [*_FLAGS, *flags, f"--user-data-dir={profile}"]
        self.number = 0
        self.session = self.context = ""
        self.arrived = b""
        self.complaints: list[str] = []
        self.requests: list[str] = []

    def __enter__(self) -> "Page":
        their_in, self.out = _pipe()
        self.into, their_out = _pipe()
        command = [program(), *self.flags, "about:blank"]
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{their_in} 4>&{their_out}', "bash", *command],
            pass_fds=(their_in, their_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(their_in)
        os.close(their_out)
        self.renew()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.out)
        os.close(self.into)

    def renew(self) -> None:
        """Take a new tab that remembers nothing of the one before."""
        self.session = ""
        if self.context:
            self.ask("Target.disposeBrowserContext", browserContextId=self.context)
        self.context = self.ask("Target.createBrowserContext")["browserContextId"]
        place = {"url": "about:blank", "browserContextId": self.context}
        target = self.ask("Target.createTarget", **place)["targetId"]
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.ask(f"{domain}.enable")
        self.complaints, self.requests = [], []

    # --- what a person does -----------------------------------------------------

    def open(self, url: str) -> None:
        """Go to a page and wait until it is there."""
        self.ask("Page.navigate", url=url)
        self.until("document.readyState === 'complete'")

    def size(self, width: int, height: int, *, phone: bool = False) -> None:
        """Be a window of this size."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=phone,
        )

    def prefer(self, **features: str) -> None:
        """Prefer a colour scheme, or less motion: prefers_color_scheme="dark"."""
        named = [
            {"name": name.replace("_", "-"), "value": value}
            for name, value in features.items()
        ]
        self.ask("Emulation.setEmulatedMedia", features=named)

    def press(self, key: str, code: str = "", modifiers: int = 0) -> None:
        """Press and release a key: " ", "ArrowLeft", "Tab", "Enter", "2"."""
        text = key if len(key) == 1 else "\r" if key == "Enter" else ""
        common = {"key": key, "code": code or key, "modifiers": modifiers}
        if number := _KEYS.get(key, ord(key.upper()) if len(key) == 1 else 0):
            common["windowsVirtualKeyCode"] = number
        kind = "keyDown" if text else "rawKeyDown"
        self.ask("Input.dispatchKeyEvent", type=kind, text=text, **common)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **common)

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression in the page."""
        answer = self.ask(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait until an expression is true in the page."""
        wait_for(lambda: self.evaluate(expression), expression)

    def picture(self, path: Path) -> None:
        """Save what is seen as a PNG."""
        data = self.ask("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(data))

    def controls(self) -> list[tuple[str, str]]:
        """Return role and accessible name of everything that can be operated."""
        nodes = self.ask("Accessibility.getFullAXTree")["nodes"]
        roles = {"button", "slider", "link", "combobox", "checkbox", "tab", "radio"}
        return [
            (node["role"]["value"], node.get("name", {}).get("value", ""))
            for node in nodes
            if not node.get("ignored") and node["role"]["value"] in roles
        ]

    # --- the pipe ---------------------------------------------------------------

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send one command and return its answer; take note of events meanwhile."""
        self.number += 1
        message: dict[str, Any] = {"id": self.number, "method": method}
        message["params"] = params
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self.number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                result: dict[str, Any] = answer["result"]
                return result
            self._note(answer)

    def _next(self) -> dict[str, Any]:
        wait_for(self._whole, "a word from the browser", lambda: self.arrived)
        first, _, self.arrived = self.arrived.partition(b"\0")
        document: dict[str, Any] = json.loads(first)
        return document

    def _whole(self) -> bool:
        """Take in what has arrived; return whether there is a whole message."""
        assert self.process.poll() is None, "the browser has ended"
        if b"\0" not in self.arrived and select.select([self.into], [], [], 1)[0]:
            self.arrived += os.read(self.into, 1 << 20)
        return b"\0" in self.arrived

    def _note(self, event: dict[str, Any]) -> None:
        params = event.get("params", {})
        match event.get("method"):
            case "Runtime.exceptionThrown":
                self.complaints.append(str(params["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if params["type"] in ("error", "warning"):
                self.complaints.append(str(params["args"]))
            case "Log.entryAdded" if params["entry"]["level"] in ("error", "warning"):
                self.complaints.append(params["entry"]["text"])
            case "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])


_KEYS = {
    "Tab": 9,
    "Enter": 13,
    "End": 35,
    "Home": 36,
    "ArrowLeft": 37,
    "ArrowUp": 38,
    "ArrowRight": 39,
    "ArrowDown": 40,
}


def _pipe() -> tuple[int, int]:
    """Return a pipe whose ends are not 3 or 4, which the browser wants itself."""
    read, write = os.pipe()
    ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (read, write)]
    os.close(read)
    os.close(write)
    return ends[0], ends[1]
