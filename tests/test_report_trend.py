"""The pictures of a trend and the page of changes: equal bytes, harmless names, honest about little."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest
from bs4 import BeautifulSoup
from report_example import FORMULA, SCRIPT, example, wilson

from pipeline import report
from pipeline.errors import UsageError
from pipeline.records import Changes, Posting, RowChange, Shift, SkillScore, Snapshot, Target, Trend
from pipeline.report import as_page, moves, trend_charts
from pipeline.report.trend_charts import fitted, width, wrapped

TARGET = Target("Lighthouse keeper", "coasts")
HOSTILE = f'Lamp {SCRIPT} "quoted" & =1+1'


def snapshot(name: str, counts: dict[str, int], of: int = 100, when: str = "") -> Snapshot:
    scores = [
        SkillScore(skill, "specific", "lamps", n, of, *wilson(n, of), n / of, 3)
        for skill, n in counts.items()
    ]
    return Snapshot(name, TARGET.id, when, "", (), (), tuple(scores))


OLD = snapshot("2024", {"Fresnel lenses": 60, "Oil lamps": 50, HOSTILE: 30}, when="2024-05-01T08:00:00")
NEW = snapshot("2025", {"Fresnel lenses": 62, "LED beacons": 55, "Oil lamps": 8, HOSTILE: 31})
FELL = Shift("Oil lamps", "specific", 50, 100, 8, 100, -0.42, -0.52, -0.3, 0.001, "fell")
STEADY = Shift("Fresnel lenses", "specific", 60, 100, 62, 100, 0.02, -0.1, 0.1, 0.9, "steady")
UNSURE = Shift("Oil lamps", "specific", 2, 3, 1, 3, -0.33, -0.8, 0.4, 1.0, "too few to tell")
TREND = Trend("2024", "2025", 100, 100, (FELL, STEADY))
HISTORY = (OLD, NEW)


def changes(**known: object) -> Changes:
    new = Posting("a", "javascript:alert(1)", "text", title=f"Keeper {SCRIPT}", company=FORMULA)
    shut = Posting("b", "https://coast.example/1", "text", title="Keeper", closed="no longer open")
    found = Changes(
        TARGET,
        (TREND,),
        HISTORY,
        (new,),
        closed=(shut,),
        rows=(RowChange("new", "", HOSTILE, "", (0, 3)), RowChange("gone", "Oil", "", "", (3, 0))),
        visited=True,
    )
    return replace(found, **known)


def page(found: Changes, folder: Path) -> str:
    path = folder / "changes.html"
    report.write_change(found, path)
    return path.read_text(encoding="utf-8")


def pictures(html: str) -> list[str]:
    return re.findall(r"<svg class=\"plan-svg.*?</svg>", html, re.DOTALL)


def test_ranks_follow_the_counts_and_what_is_not_asked_for_has_none() -> None:
    ranks = {line.skill: line.ranks for line in trend_charts.lines(HISTORY, (TREND,))}
    assert ranks["Fresnel lenses"] == (1, 1)
    assert ranks["Oil lamps"] == (2, 4)
    assert ranks["LED beacons"] == (None, 2)


def test_only_the_sure_move_is_drawn_thick() -> None:
    found = trend_charts.leading(HISTORY, (TREND,))
    assert [line.skill for line in found if line.moved] == ["Oil lamps"]
    assert str(trend_charts.bump(HISTORY, found)).count(" moved") == 1


def test_small_multiples_show_what_moved_else_what_leads() -> None:
    assert [line.skill for line in trend_charts.telling(HISTORY, (TREND,))] == ["Oil lamps"]
    assert next(line.skill for line in trend_charts.telling(HISTORY)) == "Fresnel lenses"


def test_falling_skills_keep_half_the_room_of_the_small_multiples() -> None:
    names = [f"Up {i:02}" for i in range(20)] + [f"Down {i:02}" for i in range(20)]
    history = (snapshot("a", dict.fromkeys(names, 20)), snapshot("b", dict.fromkeys(names, 30)))
    shifts = [
        replace(FELL, skill=name, change=0.5 if name[0] == "U" else -0.1, verdict="rose") for name in names
    ]
    found = trend_charts.telling(history, (replace(TREND, shifts=tuple(shifts)),))
    assert sum(line.skill.startswith("Down") for line in found) == 6
    assert len(found) == trend_charts.MULTIPLES


def test_a_share_stands_at_its_height_and_its_interval_around_it() -> None:
    line = next(x for x in trend_charts.lines(HISTORY) if x.skill == "Oil lamps")
    drawn = ElementTree.fromstring(str(trend_charts.small(HISTORY, line, 1.0)))
    dots = [float(c.get("cy", "")) for c in drawn.iter("circle")]
    bars = [x for x in drawn.iter("line") if x.get("class") == "iv" and x.get("x1") == x.get("x2")]
    room = trend_charts._BOTTOM - trend_charts._TOP
    assert dots == pytest.approx([74 - room * 0.5, 74 - room * 0.08], abs=0.05)
    for dot, bar in zip(dots, bars, strict=True):
        assert float(bar.get("y2", "")) < dot < float(bar.get("y1", ""))


def test_what_nobody_asks_for_stands_at_zero_and_is_no_gap() -> None:
    line = next(x for x in trend_charts.lines(HISTORY) if x.skill == "LED beacons")
    drawn = str(trend_charts.small(HISTORY, line, 1.0))
    assert drawn.count('class="out"') == 1
    assert drawn.count("polyline") == 1
    assert re.search(r'points="[\d.]+,74\.0 [\d.]+,', drawn)


def test_pictures_are_the_same_bytes_whatever_the_order_of_scores_and_shifts() -> None:
    turned = tuple(replace(s, scores=s.scores[::-1]) for s in HISTORY)
    other = replace(TREND, shifts=TREND.shifts[::-1])
    for history, trend in ((HISTORY, TREND), (turned, other)):
        found = trend_charts.leading(history, (trend,))
        drawn = str(trend_charts.bump(history, found))
        assert drawn == str(trend_charts.bump(HISTORY, trend_charts.leading(HISTORY, (TREND,))))


def test_every_picture_is_well_formed_and_says_what_it_shows(tmp_path: Path) -> None:
    drawn = pictures(page(changes(), tmp_path))
    assert len(drawn) == 2
    for svg in drawn:
        root = ElementTree.fromstring(svg)
        assert root.get("role") == "img"
        assert "Oil lamps" in str(root.get("aria-label"))


def test_hostile_names_are_shown_and_never_become_elements(tmp_path: Path) -> None:
    html = page(changes(), tmp_path)
    soup = BeautifulSoup(html, "html.parser")
    assert SCRIPT not in html
    assert SCRIPT in soup.get_text()
    assert not soup.find_all("script")
    for tag in soup.find_all(True):
        assert not [name for name in tag.attrs if name == "style" or name.startswith("on")], tag
    assert {a["href"] for a in soup.find_all("a")} == {"report.html", "https://coast.example/1"}


def test_markdown_of_changes_obeys_no_hostile_name(tmp_path: Path) -> None:
    report.write_change(changes(), tmp_path / "changes.md")
    said = (tmp_path / "changes.md").read_text(encoding="utf-8")
    assert "<script>" not in said.replace("\\<", "")
    assert "- **Oil lamps** fell: 50 of 100 → 8 of 100 (−42 points, −52 to −30)" in said
    assert "# What changed since 2024\n" in said
    assert "**Closed: 1**" in said


@pytest.mark.parametrize("history", [(), (OLD,), (replace(OLD, scores=()), NEW)])
def test_fewer_than_two_scorings_draw_nothing(history: tuple[Snapshot, ...], tmp_path: Path) -> None:
    assert not pictures(page(changes(history=history), tmp_path))
    assert trend_charts.bump(history[:1], trend_charts.leading(history[:1]) if history else ()) == ""
    whole = replace(example(with_trend=False), history=history)
    assert 'id="trend"' not in report.page(whole)


def test_a_snapshot_that_a_refresh_named_is_told_by_its_day(tmp_path: Path) -> None:
    before = replace(OLD, name="before-refresh-1")
    found = changes(trends=(replace(TREND, before=before.name),), history=(before, NEW))
    assert "<h1>What changed since before-refresh-1, 2024-05-01</h1>" in page(found, tmp_path)


def test_nothing_to_compare_is_said(tmp_path: Path) -> None:
    html = page(changes(trends=(), history=(OLD,)), tmp_path)
    assert "only one snapshot so far" in html


def test_too_few_postings_are_said_plainly() -> None:
    few = Trend("a", "b", 3, 3, (UNSURE,))
    assert moves.nothing_moved(few) == (
        "Too few postings to tell whether any skill moved (3 postings before, 3 after)."
    )
    assert "For 1 skill there are too few" in moves.nothing_moved(replace(few, shifts=(UNSURE, STEADY)))


def test_only_the_newest_scorings_are_drawn_and_the_page_says_so(tmp_path: Path) -> None:
    many = tuple(replace(OLD, name=f"{year}") for year in range(2010, 2030))
    html = page(changes(history=many), tmp_path)
    assert f"Shown: the newest {trend_charts.COLUMNS} of 20." in html


def test_the_report_shows_the_pictures_and_leads_to_the_changes() -> None:
    html = report.page(replace(example(), history=HISTORY, changes="changes.html"))
    assert len(pictures(html)) >= 2
    assert 'href="changes.html"' in html


def test_without_a_comparison_nothing_is_said_about_chance() -> None:
    html = report.page(replace(example(with_trend=False), history=HISTORY))
    assert len(pictures(html)) > 2
    assert "beyond what chance explains" not in html


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="neither"):
        report.write_change(changes(), tmp_path / "changes.pdf")


# --- days, labels, series -----------------------------------------------------------------------


def test_scorings_stand_at_their_days_and_never_on_each_other() -> None:
    days = ("2019-01-15", "2020-04-15", "2020-12-01", "2025-09-10", "2026-08-01")
    history = tuple(replace(NEW, name=day, when=day) for day in days)
    xs = trend_charts.along(history, 0, 300, 18)
    assert (xs[0], xs[-1]) == (0, 300)
    assert all(after - before >= 18 for before, after in pairwise(xs))
    # five years lie between the third and the fourth, less than one before and after
    assert xs[3] - xs[2] > 150
    assert "at their days" in trend_charts.spacing(history)


@pytest.mark.parametrize("days", [("", ""), ("2026-01-01", "2026-01-01"), ("2026-02-01", "2026-01-01")])
def test_days_that_do_not_tell_scorings_apart_are_said(days: tuple[str, str]) -> None:
    history = tuple(replace(NEW, name=f"s{i}", when=day) for i, day in enumerate(days))
    assert trend_charts.along(history, 0, 100, 10) == [0, 100]
    assert "not to scale in time" in trend_charts.spacing(history)


def test_days_of_visits_serve_where_postings_have_no_date() -> None:
    history = tuple(replace(NEW, name=d, taken=d) for d in ("2026-01-01", "2026-01-08", "2026-03-01"))
    xs = trend_charts.along(history, 0, 59, 5)
    assert xs == [0, 7, 59]


def test_labels_fit_their_room_in_the_widest_font() -> None:
    long = "Cross-functional collaboration with product management and WWWWWW"
    assert width("…" + long) > 128
    lines = wrapped(long, 110, 2, bold=True)
    assert len(lines) == 2
    assert all(width(line, bold=True) <= 110 for line in lines)
    assert lines[1].endswith("…")
    assert fitted("Short", 110) == "Short"
    names = {f"{long} {i}": 90 - i for i in range(12)}
    history = (snapshot("a" * 60, names), snapshot("b" * 60, names))
    drawn = ElementTree.fromstring(str(trend_charts.bump(history, trend_charts.leading(history))))
    for text in drawn.iter("text"):
        bold = text.get("class") in ("moved", "head", "mark")
        x, size = float(text.get("x", "")), width(text.text or "", bold=bold)
        left = {"start": x, "middle": x - size / 2, "end": x - size}[str(text.get("text-anchor"))]
        assert left >= -0.5
        assert left + size <= trend_charts.WIDTH + 0.5


@pytest.mark.browser
def test_a_browser_draws_no_label_over_the_edge(tmp_path: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not browser:
        pytest.skip("no Chromium is installed")
    names = {f"Cross-functional collaboration, management and MMMM {i}": 90 - i for i in range(12)}
    history = (snapshot("before-refresh-1", names), snapshot("now", names))
    svg = str(trend_charts.bump(history, trend_charts.leading(history)))
    script = """document.querySelectorAll('svg text').forEach(t => { const b = t.getBBox();
      if (b.x < 0 || b.x + b.width > 420) document.body.setAttribute('data-over', t.textContent); });
      document.body.setAttribute('data-done', '1')"""
    page = (
        f"<style>:root {{ --sans: sans-serif }} {as_page.style_sheet()}</style>{svg}<script>{script}</script>"
    )
    (tmp_path / "page.html").write_text(f"<meta charset=utf-8><body>{page}", encoding="utf-8")
    flags = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --dump-dom"
    command = [browser, *flags.split(), f"--user-data-dir={tmp_path / 'profile'}"]
    address = (tmp_path / "page.html").as_uri()
    done = subprocess.run([*command, address], capture_output=True, text=True, timeout=120, check=True)
    body = BeautifulSoup(done.stdout, "lxml").body
    assert body is not None
    assert body.get("data-done") == "1"
    assert body.get("data-over") is None


def test_the_series_has_a_row_for_each_skill_and_scoring(tmp_path: Path) -> None:
    report.write_change(changes(), tmp_path / "series.csv")
    rows = list(csv.DictReader((tmp_path / "series.csv").read_text(encoding="utf-8").splitlines()))
    found = {(row["skill"], row["scoring"]): row for row in rows}
    assert len(rows) == 4 * 2
    assert (found["Oil lamps", "2025"]["n"], found["Oil lamps", "2025"]["verdict"]) == ("8", "fell")
    assert (found["LED beacons", "2024"]["n"], found["LED beacons", "2024"]["of"]) == ("0", "100")
    assert found["Oil lamps", "2024"]["day"] == "2024-05-01"
    report.write_change(changes(), tmp_path / "series.parquet")
    table = pq.read_table(tmp_path / "series.parquet")
    assert table.num_rows == len(rows)
    assert table.column_names == list(rows[0])
