"""The headless Chromium of the browser tests: found on the machine, or fetched from npm.

`python -m tests.chromium` fetches it where none is found.
"""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from tests import npm
from tests.servers import Unavailable

ROOT = Path(__file__).resolve().parents[1]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
APPLICATIONS = [
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
]
LOCKED = ROOT / "requirements" / "browser"
FETCHED = ROOT / ".dev" / "browser"
# Renamed to this when complete.
UNPACKED = FETCHED / "chromium"
FONTS = """<?xml version="1.0"?>
<fontconfig>
  <dir>{folder}/fonts</dir>
  <cachedir>{folder}/fonts-cache</cachedir>
</fontconfig>
"""


@dataclass(frozen=True)
class Executable:
    """What to start, and with what."""

    path: Path
    environment: dict[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = tuple(FLAGS)


def chromium() -> Executable:
    """The browser of the machine, or the fetched one, or that of Playwright."""
    named = [Path(found) for name in NAMES if (found := shutil.which(name))]
    for executable in [*named, *APPLICATIONS]:
        if executable.exists():
            return Executable(executable)
    if is_fetched():
        environment = {
            "LD_LIBRARY_PATH": str(UNPACKED / "lib"),
            "FONTCONFIG_FILE": str(UNPACKED / "fonts.conf"),
        }
        return Executable(UNPACKED / "chromium", environment)
    for executable in playwright_browsers():
        return Executable(executable)
    raise Unavailable("There is no Chromium or Chrome here, and none was fetched.")


def is_fetched() -> bool:
    wanted, fetched = LOCKED / "package-lock.json", FETCHED / "package-lock.json"
    return UNPACKED.exists() and wanted.read_bytes() == fetched.read_bytes()


def playwright_browsers() -> list[Path]:
    caches = [Path.home() / ".cache/ms-playwright", Path.home() / "Library/Caches/ms-playwright"]
    if chosen := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        caches = [Path(chosen)]
    programs = {"chrome", "headless_shell", "chrome-headless-shell", "Chromium"}
    found = [path for cache in caches for path in cache.glob("chromium*/**/*")]
    return sorted(path for path in found if path.name in programs and path.is_file())


@asynccontextmanager
async def launched_browser() -> AsyncIterator[Browser]:
    found = chromium()
    # The Node that Playwright brings needs libraries that a bare machine has not.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(npm.node()))
    async with (
        async_playwright() as playwright,
        await playwright.chromium.launch(
            executable_path=str(found.path),
            args=list(found.flags),
            env={**os.environ, **found.environment},
        ) as browser,
    ):
        yield browser


def fetch_chromium() -> None:
    """Unpack the one browser that comes as a package, on the platform it is made for."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise Unavailable("please install Chromium or Chrome.")
    shutil.rmtree(FETCHED, ignore_errors=True)
    npm.install(LOCKED, FETCHED)
    unpack(FETCHED / "node_modules/@sparticuz/chromium/bin")
    shutil.rmtree(FETCHED / "node_modules")


def unpack(archives: Path) -> None:
    unpacking = FETCHED / "unpacking"
    unpacking.mkdir()
    for archive in ["al2023.tar", "fonts.tar", "chromium"]:
        decompress(archives / f"{archive}.br", unpacking / archive)
    for archive in ["al2023.tar", "fonts.tar"]:
        subprocess.run(["tar", "--no-same-owner", "-xf", archive], cwd=unpacking, check=True)
    (unpacking / "chromium").chmod(0o755)
    (unpacking / "fonts.conf").write_text(FONTS.format(folder=UNPACKED))
    unpacking.rename(UNPACKED)


def decompress(source: Path, target: Path) -> None:
    """By Node, as Python has no Brotli of its own."""
    script = "process.stdin.pipe(zlib.createBrotliDecompress()).pipe(process.stdout)"
    with source.open("rb") as packed, target.open("wb") as unpacked:
        subprocess.run([npm.node(), "-e", script], stdin=packed, stdout=unpacked, check=True)


def main() -> None:
    with suppress(Unavailable):
        chromium()
        return
    try:
        fetch_chromium()
    except (Unavailable, subprocess.CalledProcessError) as reason:
        sys.exit(f"There is no browser here, and none could be fetched: {reason}")


if __name__ == "__main__":
    main()
