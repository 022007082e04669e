"""What a page must hold to be readable by everybody: contrast, and the rules of axe-core."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[1] / "node_modules" / "axe-core" / "axe.min.js"
"""Deque's accessibility rules, from npm."""

CONTRAST = """() => {
  const curve = (x) => (x /= 255) <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4;
  const lum = (c) => { const v = c.map(curve);
    return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
  const rgb = (s) => s.match(/[\\d.]+/g).map(Number);
  const ground = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
  const found = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.offsetParent || e.closest(".unseen")) continue;
    const pair = [lum(rgb(getComputedStyle(e).color)), lum(ground(e))];
    const ratio = (Math.max(...pair) + .05) / (Math.min(...pair) + .05);
    if (ratio < 4.5) found.push(`${e.className} ${e.textContent.trim().slice(0, 30)} ${ratio}`);
  }
  return found;
}"""
"""The texts of a page whose contrast with their ground is less than 4.5."""


def serious(page: Page) -> list[str]:
    """Return what axe-core calls serious or critical on the page as it stands."""
    if not AXE.exists():
        pytest.skip("needs axe-core: `make node_modules` brings it")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    bad = (v for v in found if v["impact"] in ("serious", "critical"))
    return [f"{v['id']}: {node['html'][:160]}" for v in bad for node in v["nodes"]]
