"""Find or bring a browser for the tests, and say in one line what was done.

    python tests/bring_browser.py

An installed Chromium is used as it is. Else npm's `@sparticuz/chromium`, a package that ships the program, is
unpacked into build/browser, else Debian's package is installed where that is allowed. tests/conftest.py
hands the program to the tests; where neither can be had, the browser tests are skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from pipeline.render import executable

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "browser"
PROGRAM = FOLDER / "chromium.sh"
"""The unpacked browser with the flags that it needs; not --single-process, which ends with its first page."""

PACKAGE = "@sparticuz/chromium@^147.0.0"
UNPACK = "import('@sparticuz/chromium').then(m => m.default.executablePath()).then(console.log)"
WRAPPER = """#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export FONTCONFIG_PATH="${FONTCONFIG_PATH:-$here/fonts}"
ldd "$here/chromium" | grep -q 'not found' && export LD_LIBRARY_PATH="$here/al2023/lib"
exec "$here/chromium" --no-sandbox --no-zygote --headless=shell "$@"
"""

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir><dir>/usr/share/fonts</dir><cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""
"""The package's own file looks for fonts in /tmp: a page that finds none ends the browser."""


def main() -> int:
    """Print which browser the tests will use."""
    found = executable()
    if found:
        print(f"browser for the tests: {found}, installed on this machine")
    elif PROGRAM.exists() or _from_npm():
        print(f"browser for the tests: {PROGRAM.relative_to(ROOT)}, unpacked from npm's @sparticuz/chromium")
    elif _from_debian() and (found := executable()):
        print(f"browser for the tests: {found}, installed from Debian's package chromium")
    else:
        print(
            "browser for the tests: none (neither npm nor apt can bring one); the browser tests are skipped"
        )
    return 0


def _from_npm() -> bool:
    if not (shutil.which("npm") and shutil.which("node")) or os.name == "nt":
        return False
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "package.json").write_text('{"private": true}')
    install = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent", PACKAGE]
    # this variable makes the package unpack the libraries that a bare machine lacks
    environ = {**os.environ, "TMPDIR": str(FOLDER), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
    if not (_done(install) and _done(["node", "-e", UNPACK], environ) and (FOLDER / "chromium").exists()):
        return False
    (FOLDER / "fonts" / "fonts.conf").write_text(FONTS)
    PROGRAM.write_text(WRAPPER)
    PROGRAM.chmod(0o755)
    return True


def _from_debian() -> bool:
    if not shutil.which("apt-get") or (hasattr(os, "geteuid") and os.geteuid() != 0):
        return False
    update = _done(["apt-get", "update", "-qq"])
    return update and _done(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"])


def _done(command: list[str], environ: dict[str, str] | None = None) -> bool:
    try:
        done = subprocess.run(
            command, cwd=FOLDER if FOLDER.exists() else ROOT, env=environ, capture_output=True, timeout=600
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
