"""The table of benchmarks: what was measured again is new, what was not stays as it is told."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.__main__ import TITLES, figures, write_table


def kept(folder: Path, name: str, seconds: float) -> None:
    told = {"rows": [{"what": name, "seconds": seconds}], "machine": "a loom", "load": 0.1}
    (folder / f"{name}.json").write_text(json.dumps(told))


def test_a_set_that_is_not_measured_again_keeps_its_section(tmp_path: Path) -> None:
    first, second, table = tmp_path / "first", tmp_path / "second", tmp_path / "table.md"
    first.mkdir()
    second.mkdir()
    kept(first, "walk", 1.5)
    kept(first, "linear", 2.5)
    write_table(first, table)
    kept(second, "linear", 3.5)
    write_table(second, table)
    told = table.read_text()
    assert told.count("## ") == 2
    assert "| walk | 1.5 |" in told
    assert "| linear | 3.5 |" in told
    assert "2.5" not in told.split("## ")[2]
    write_table(second, table)
    assert table.read_text() == told


def test_every_benchmark_has_a_title_and_is_run_by_its_name() -> None:
    assert set(figures(large=True)) == set(TITLES)
