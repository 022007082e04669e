"""For whom: parts of the postings as tables and sentences.

Columns of the table by parts: by, part (value of the fact), name (of the skill, row or requirement), kind,
n, of, share, low, high (interval of the share), others_n, others_of, others_share, change (share less
others_share), change_low, change_high, p_value (corrected for all items and parts), verdict. Columns of the
pay: name, pay_n (postings that ask for it and state pay in the currency), n (postings that ask for it),
currency, median, low, high (of a year), others (state pay in another currency).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.records import Item, Part, PartShare, Pay, Segmented
from pipeline.report import flat_table, safe, words
from pipeline.report.blocks import Block, Cell, Column, Document, Heading, Table, Text

COLUMNS: flat_table.Columns = {
    **dict.fromkeys(("by", "part", "name", "kind"), "text"),
    **dict.fromkeys(("n", "of"), "whole"),
    **dict.fromkeys(("share", "low", "high"), "number"),
    **dict.fromkeys(("others_n", "others_of"), "whole"),
    **dict.fromkeys(("others_share", "change", "change_low", "change_high", "p_value"), "number"),
    "verdict": "text",
}

PAY: flat_table.Columns = {
    "name": "text",
    **dict.fromkeys(("pay_n", "n"), "whole"),
    "currency": "text",
    **dict.fromkeys(("median", "low", "high"), "number"),
    "others": "whole",
}

DIFFERENT = 12
"""Skills of a part that are told to differ."""

PARTS = 6
"""Parts that stand beside each other; the table export has all."""

REQUIRED = 12
"""Entry requirements that are shown, the most asked for first."""

PAID = 15
"""Skills whose pay a page shows."""

FEW = 5
"""Stated pays below which a median is said to rest on few."""


def written(found: Segmented, item: Item, form: str) -> str | bytes:
    """Return what the parts ask for as a table in one format."""
    return flat_table.written(COLUMNS, _rows(found, item), form)


def _rows(found: Segmented, item: Item) -> Iterator[dict[str, Any]]:
    for part in found.parts:
        for share in part.of_item(item):
            yield {
                "by": found.by,
                "part": part.value,
                "name": share.name,
                "others_share": share.others_n / share.others_of if share.others_of else 0.0,
                **{n: getattr(share, n) for n in COLUMNS if hasattr(PartShare, n) and n != "name"},
            }


def paid(pays: Sequence[Pay], form: str) -> str | bytes:
    """Return the pay beside skills as a table in one format."""
    rows = ({**{n: getattr(p, n) for n in PAY if hasattr(Pay, n)}, "pay_n": p.n, "n": p.of} for p in pays)
    return flat_table.written(PAY, rows, form)


def title(found: Segmented) -> str:
    """Return what is compared, and of which postings."""
    where = f", where {' and '.join(found.where)}" if found.where else ""
    return f"By {found.by}{where}: {words.plural(found.of, 'posting')}"


def left_out(found: Segmented) -> str:
    """Return one sentence on parts that are too small to tell and postings that do not say."""
    told = []
    if found.small:
        some = ", ".join(f"{safe.shorten(value, 40)} ({n})" for value, n in found.small[:10])
        more = f" and {len(found.small) - 10} more" if len(found.small) > 10 else ""
        told.append(f"Too few postings to tell: {some}{more}.")
    if found.unknown:
        told.append(f"{words.plural(found.unknown, 'posting')} state no {found.by}.")
    return " ".join(told)


EXPORT = "`skillmatrix export skills --by {by}`"
"""Where all skills of a part are."""


def document(found: Sequence[Segmented], rest: str = EXPORT) -> Document:
    """Return the parts as a document: rows by part, where skills differ, pay beside skills.

    `rest` says where the skills are that are not shown; `{by}` in it is the fact.
    """
    blocks: list[Block] = []
    for one in found:
        blocks += _parts(one, rest)
    pays = found[0].pay if found else ()
    return Document("for-whom", "For whom", (*blocks, *pay_blocks(pays)))


def _parts(found: Segmented, rest: str) -> list[Block]:
    blocks: list[Block] = [Heading(title(found))]
    if left := left_out(found):
        blocks.append(Text(left))
    if len(found.parts) < 2:
        least = "one part" if found.parts else "no part"
        return [*blocks, Text(f"Too few postings to tell parts apart: {least} has enough of them.")]
    blocks.append(Text(_MARKS))
    for item, what in _WHAT.items():
        if any(part.of_item(item) for part in found.parts):
            blocks.append(_table(found, item, what))
    blocks += [block for part in found.parts if different(part) for block in _differs(found, part, rest)]
    same = [safe.shorten(part.value, 40) for part in found.parts if not different(part)]
    if same:
        blocks.append(Text(f"No skill differs beyond what chance explains: {', '.join(same)}."))
    return blocks


_MARKS = (
    "Each part beside all postings that state another value. more, less: surely than elsewhere; ?: too few "
    "postings to tell; nothing: about as often."
)
_WHAT: dict[Item, str] = {"row": "Row", "requirement": "Entry requirement"}
"""Items that are shown part beside part, and what they are called; skills are too many."""


def _table(found: Segmented, item: Item, what: str) -> Table:
    shown = found.parts[:PARTS]
    columns = [Column(what, width=46)]
    columns += [Column(f"{safe.shorten(part.value, 30)} (of {part.of})", width=24) for part in shown]
    most: dict[str, int] = {}
    for share in (share for part in shown for share in part.of_item(item)):
        most[share.name] = most.get(share.name, 0) + share.n
    names = list(most) if item == "row" else sorted(most, key=lambda name: (-most[name], name))[:REQUIRED]
    by_name = [{share.name: share for share in part.of_item(item)} for part in shown]
    rows = (
        (name, *(_cell(shares.get(name), part) for shares, part in zip(by_name, shown, strict=True)))
        for name in names
    )
    return Table(f"{item}s-by-{found.by}", tuple(columns), tuple(rows))


def _cell(share: PartShare | None, part: Part) -> str:
    if share is None:
        return f"0 of {part.of}"
    mark = {"more": " more", "less": " less", "too few to tell": " ?"}.get(share.verdict, "")
    return f"{share.n}: {words.percent(share.share)} ({words.interval(share.low, share.high)}){mark}"


def _differs(found: Segmented, part: Part, rest: str) -> list[Block]:
    sure = different(part)
    heading = Heading(f"{safe.shorten(part.value, 60)}: skills asked for more or less than elsewhere")
    columns = (Column("Skill", width=40), Column("Here", width=18), Column("Elsewhere", width=18),
               Column("Difference, points", width=26), Column("", width=8))  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for share in sure[:DIFFERENT]:
        change, low, high = (words.points(x) for x in (share.change, share.change_low, share.change_high))
        here, elsewhere = words.n_of(share.n, share.of), words.n_of(share.others_n, share.others_of)
        rows.append((share.name, here, elsewhere, f"{change} ({low} to {high})", share.verdict))
    blocks: list[Block] = [heading, Table(f"skills-by-{found.by}", columns, tuple(rows))]
    if len(sure) > DIFFERENT:
        blocks.append(Text(f"And {len(sure) - DIFFERENT:,} more: {rest.format(by=found.by)}."))
    return blocks


def different(part: Part, item: Item = "skill") -> list[PartShare]:
    """Return what a part surely asks for more or less than the others, the largest difference first."""
    sure = [share for share in part.of_item(item) if share.verdict in ("more", "less")]
    return sorted(sure, key=lambda s: (-abs(s.change), s.name))


def pay_blocks(pays: Sequence[Pay]) -> list[Block]:
    """Return the pay beside the skills for which most postings state it, nothing where none does."""
    if not pays:
        return []
    columns = (Column("Skill", width=40), Column("Postings that state pay", width=24), Column("Currency"),
               Column("Median of a year", width=18), Column("Least to most", width=24))  # fmt: skip
    rows = tuple(
        (
            pay.name,
            words.n_of(pay.n, pay.of) + (", too few to tell" if pay.n < FEW else ""),
            pay.currency,
            f"{pay.median:,.0f}",
            f"{pay.low:,.0f} to {pay.high:,.0f}",
        )
        for pay in pays[:PAID]
    )
    said = (
        "What postings that ask for a skill pay a year, where they state it: the middle of each posting's "
        "range; hours, days, weeks and months are taken as full-time. Other currencies are left out."
    )
    return [Heading("Pay beside skills"), Text(said), Table("pay", columns, rows)]
