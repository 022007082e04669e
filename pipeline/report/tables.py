"""The exported tables: one row type per kind, in CSV, JSON, JSON lines, Parquet and Markdown.

Columns (the Python face uses the same names):

mentions  posting_id, posting_url, company, title, date of the posting; skill (canonical name, null where
          none was given or a person rejected it); quote, start, end (`text[start:end] == quote`, character
          offsets into the posting's text); kind (general|specific, the skill's; the engine's own view
          where there is no skill); strength (required|preferred|duty|unstated); section; years (lowest
          number asked for); depth (verbatim cue); negated (kept, not counted); engine, found (exact|
          folded|repaired).
skills    skill, kind, reason of the kind, theme, aliases (list), known (in the vocabulary), uri, n, of,
          share, low, high (interval of the share), score (0..1), priority (1-3), provisional, n_required,
          n_preferred, n_duty, mentions, employers, years, row (its matrix row, null where it is in none).
postings  posting_id, posting_url, number (line of the list), source_kind, title, company, location, date,
          language, system, counted (is one of the N), closed, duplicate_of, aliases (other addresses of
          the same posting), flags, skills, mentions (numbers of them), salary_low, salary_high,
          salary_currency (ISO code), salary_period (hour, day, week, month, year), work_mode (remote, hybrid,
          on-site), employment_type, seniority, sources (list of field=line|markup|feed|text: where each of
          these, title, company and location were read), fingerprint, page_sha256, text.
requirements  posting_id, posting_url, company, title, date; kind (degree, experience, credential, clearance,
          driving, language, right to work, travel, physical), value (what is counted), detail (fields of
          study, level), strength, quote, start, end: what a posting asks of every applicant beside skills.
matrix    row, kind, title, theme, priority, provisional, n, of, share, low, high, score, skills (list),
          reason, changed_by, quote, posting_url (of a file its name), company (of the best evidence); in CSV
          also current, target, gap, time_to_target, notes, empty for a person to fill in.

JSON and JSON lines of the matrix carry `evidence` as a list instead of the one quote. In CSV lists are
joined with "; ", and a text that starts with = + - @ TAB or a line break gets a leading apostrophe, so
that no spreadsheet runs it: strip one leading `'` to have the verbatim text back, or read another format.
Numbers stay numbers. Lone surrogates and control characters come out as U+FFFD, one for one.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from pipeline.records import (
    Evidence,
    Facts,
    MatrixRow,
    Mention,
    Posting,
    ReportInput,
    Skill,
    SkillScore,
)
from pipeline.report import safe
from pipeline.report.view import look
from pipeline.report.words import notes

Row = dict[str, Any]

COLUMNS: dict[str, dict[str, str]] = {
    "mentions": {
        **dict.fromkeys(("posting_id", "posting_url", "company", "title", "date", "skill", "quote"), "text"),
        **dict.fromkeys(("start", "end"), "whole"),
        **dict.fromkeys(("kind", "strength", "section"), "text"),
        "years": "number",
        "depth": "text",
        "negated": "truth",
        **dict.fromkeys(("engine", "found"), "text"),
    },
    "skills": {
        **dict.fromkeys(("skill", "kind", "reason", "theme"), "text"),
        "aliases": "list",
        "known": "truth",
        "uri": "text",
        **dict.fromkeys(("n", "of"), "whole"),
        **dict.fromkeys(("share", "low", "high", "score"), "number"),
        "priority": "whole",
        "provisional": "truth",
        **dict.fromkeys(("n_required", "n_preferred", "n_duty", "mentions", "employers"), "whole"),
        "years": "number",
        "row": "whole",
    },
    "requirements": {
        **dict.fromkeys(("posting_id", "posting_url", "company", "title", "date", "kind", "value"), "text"),
        **dict.fromkeys(("detail", "strength", "quote"), "text"),
        **dict.fromkeys(("start", "end"), "whole"),
    },
    "postings": {
        **dict.fromkeys(("posting_id", "posting_url"), "text"),
        "number": "whole",
        **dict.fromkeys(("source_kind", "title", "company", "location", "date"), "text"),
        **dict.fromkeys(("language", "system"), "text"),
        "counted": "truth",
        **dict.fromkeys(("closed", "duplicate_of"), "text"),
        **dict.fromkeys(("aliases", "flags"), "list"),
        **dict.fromkeys(("skills", "mentions"), "whole"),
        **dict.fromkeys(("salary_low", "salary_high"), "number"),
        **dict.fromkeys(("salary_currency", "salary_period", "work_mode"), "text"),
        **dict.fromkeys(("employment_type", "seniority"), "text"),
        "sources": "list",
        **dict.fromkeys(("fingerprint", "page_sha256", "text"), "text"),
    },
    "matrix": {
        "row": "whole",
        **dict.fromkeys(("kind", "title", "theme"), "text"),
        "priority": "whole",
        "provisional": "truth",
        **dict.fromkeys(("n", "of"), "whole"),
        **dict.fromkeys(("share", "low", "high", "score"), "number"),
        "skills": "list",
        **dict.fromkeys(("reason", "changed_by", "quote", "posting_url", "company"), "text"),
    },
}
"""The columns of each table in order, and what they hold: text, whole, number, truth or list."""

TO_FILL_IN = ("current", "target", "gap", "time_to_target", "notes")
"""The seed's columns that only a person or the plan can fill; empty in the matrix CSV without a plan."""


def rows(kind: str, data: ReportInput) -> Iterator[Row]:
    """Yield the rows of one table in a fixed order, every text free of control characters."""
    makers = {
        "mentions": _mentions,
        "skills": _skills,
        "postings": _postings,
        "requirements": _requirements,
        "matrix": _matrix,
    }
    for row in makers[kind](data):
        yield {name: _plain(value) for name, value in row.items()}


def export(kind: str, data: ReportInput, form: str) -> bytes | str:
    """Return one table as csv, json, jsonl, md (text) or parquet (bytes)."""
    if form == "parquet":
        return _parquet(kind, data)
    if form == "csv":
        return _csv(kind, data)
    if form == "md":
        return _markdown(kind, data)
    if form == "jsonl":
        return "".join(_encode(row) + "\n" for row in _objects(kind, data))
    if kind == "matrix":
        return json.dumps(_document(data), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    # One row a line: a million mentions stay readable by line tools and writable without a second copy.
    return "[\n" + ",\n".join(_encode(row) for row in _objects(kind, data)) + "\n]\n"


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return safe.clean(value)
    return [safe.clean(v) for v in value] if isinstance(value, tuple) else value


# --- rows ---------------------------------------------------------------------------------------


def _mentions(data: ReportInput) -> Iterator[Row]:
    view = look(data)
    rank = {name: i for i, name in enumerate(view.posting)}
    kept = (m for m in data.mentions if m.posting_id in rank)
    for m in sorted(kept, key=lambda m: (rank[m.posting_id], m.start, m.end, m.skill or "")):
        yield _mention(m, view.posting[m.posting_id], view.skill.get(m.skill or ""))


def _mention(m: Mention, posting: Posting, skill: Skill | None) -> Row:
    return {
        "posting_id": m.posting_id,
        "posting_url": posting.url,
        "company": posting.company,
        "title": posting.title,
        "date": posting.date,
        "skill": skill.name if skill else None,
        "quote": m.quote,
        "start": m.start,
        "end": m.end,
        "kind": skill.kind if skill else m.kind,
        "strength": m.strength,
        "section": m.section,
        "years": m.years,
        "depth": m.depth,
        "negated": m.negated,
        "engine": m.provenance.engine,
        "found": m.found,
    }


def _skills(data: ReportInput) -> Iterator[Row]:
    view = look(data)
    row_of = {name: i for i, row in enumerate(data.draft.rows, 1) for name in row.skills}
    unscored = [name for name in view.skill if name not in view.score]
    for name in [s.skill for s in view.scores] + unscored:
        yield _skill(name, view.skill.get(name), view.score.get(name), row_of.get(name))


def _skill(name: str, skill: Skill | None, score: SkillScore | None, row: int | None) -> Row:
    known = score or skill
    return {
        "skill": name,
        "kind": known.kind if known else None,
        "reason": skill.reason if skill else "",
        "theme": known.theme if known else "",
        "aliases": tuple(sorted(skill.aliases)) if skill else (),
        "known": skill.known if skill else False,
        "uri": skill.uri if skill else "",
        **_numbers(score),
        "row": row,
    }


def _numbers(score: SkillScore | None) -> Row:
    stated = ("skill", "kind", "theme")
    names = [name for name in COLUMNS["skills"] if hasattr(SkillScore, name) and name not in stated]
    return {name: getattr(score, name) if score else None for name in names}


def _postings(data: ReportInput) -> Iterator[Row]:
    named = [(m.posting_id, m.skill) for m in data.mentions if m.skill is not None and not m.negated]
    mentions = Counter(posting for posting, _ in named)
    skills = Counter(posting for posting, _ in set(named))
    for p in look(data).postings:
        yield {
            "posting_id": p.id,
            "posting_url": p.url,
            **{name: getattr(p, name) for name in COLUMNS["postings"] if hasattr(Posting, name)},
            **{name: getattr(p.facts, name) for name in COLUMNS["postings"] if hasattr(Facts, name)},
            "sources": [f"{name}={source}" for name, source in p.facts.sources],
            "skills": skills[p.id],
            "mentions": mentions[p.id],
        }


def _requirements(data: ReportInput) -> Iterator[Row]:
    asked = ("kind", "value", "detail", "strength", "quote", "start", "end")
    for p in look(data).postings:
        posting = {"posting_id": p.id, "posting_url": p.url, "company": p.company, "title": p.title}
        for one in p.entry:
            yield {**posting, "date": p.date, **{name: getattr(one, name) for name in asked}}


def _matrix(data: ReportInput) -> Iterator[Row]:
    for number, row in enumerate(data.draft.rows, 1):
        best = row.evidence[0] if row.evidence else None
        yield {
            **_row(number, row),
            "quote": best.quote if best else "",
            "posting_url": safe.shown(best.url) if best else "",
            "company": best.company if best else "",
        }


def _row(number: int, row: MatrixRow) -> Row:
    return {
        "row": number,
        "kind": row.kind,
        "title": row.title,
        "theme": row.theme,
        "priority": row.priority,
        "provisional": row.provisional,
        "n": row.n,
        "of": row.of,
        "share": row.n / row.of if row.of else 0.0,
        "low": row.low,
        "high": row.high,
        "score": row.score,
        "skills": row.skills,
        "reason": row.reason,
        "changed_by": row.changed_by,
    }


def _evidence(found: Evidence) -> Row:
    return {
        "quote": safe.clean(found.quote),
        "posting_url": safe.clean(found.url),
        "posting_id": found.posting_id,
        "start": found.start,
        "end": found.end,
        "strength": found.strength,
        "company": safe.clean(found.company),
        "title": safe.clean(found.title),
        "date": found.date,
        "skill": safe.clean(found.skill),
    }


# --- formats ------------------------------------------------------------------------------------


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _objects(kind: str, data: ReportInput) -> Iterator[Row]:
    if kind != "matrix":
        yield from rows(kind, data)
        return
    for number, row in enumerate(data.draft.rows, 1):
        plain = {name: _plain(value) for name, value in _row(number, row).items()}
        yield plain | {"evidence": [_evidence(e) for e in row.evidence]}


def _document(data: ReportInput) -> Row:
    draft = data.draft
    names = ("role", "industry", "plan", "horizon_weeks", "hours_per_week", "rationale")
    target = {name: _plain(getattr(draft.target, name)) for name in names}
    return {
        "target": {"id": draft.target.id, **target},
        "postings": draft.postings,
        "gathered": draft.gathered,
        "duplicates": draft.duplicates,
        "closed": draft.closed,
        "failed": draft.failed,
        "engine": draft.engine,
        "short": safe.clean(draft.short),
        "notes": _plain(draft.notes),
        "rows": list(_objects("matrix", data)),
    }


def _csv(kind: str, data: ReportInput) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [*COLUMNS[kind], *(TO_FILL_IN if kind == "matrix" else ())]
    writer.writerow(names)
    for row in rows(kind, data):
        filled = {**row, **_filled_in(data, int(row["row"]))} if kind == "matrix" else row
        writer.writerow([safe.cell(flat(filled.get(name))) for name in names])
    return out.getvalue()


def _filled_in(data: ReportInput, number: int) -> Row:
    """Return the seed's columns of one row as the plan has them, none without a plan."""
    row = data.plan.numbered(number) if data.plan else None
    if row is None:
        return {}
    values = (row.current, row.target, row.gap, round(row.hours, 1), notes(row))
    return dict(zip(TO_FILL_IN, values, strict=True))


def flat(value: Any) -> Any:
    """Return the value for one cell of a table.

    Lists joined, truth as true/false, nothing as an empty text.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "; ".join(value)
    return "" if value is None else value


def _markdown(kind: str, data: ReportInput) -> str:
    names = [name for name in COLUMNS[kind] if name != "text"]
    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    lines += [
        "| " + " | ".join(safe.markdown(str(flat(row[name]))) for name in names) + " |"
        for row in rows(kind, data)
    ]
    return "\n".join(lines) + "\n"


def _parquet(kind: str, data: ReportInput) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        "text": pa.string(),
        "whole": pa.int64(),
        "number": pa.float64(),
        "truth": pa.bool_(),
        "list": pa.list_(pa.string()),
    }
    schema = pa.schema([(name, types[holds]) for name, holds in COLUMNS[kind].items()])
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows(kind, data)), schema=schema), out, compression="zstd")
    return out.getvalue()
