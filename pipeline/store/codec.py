"""Records into Arrow columns and back: a scalar is a column, anything nested is canonical JSON."""

from __future__ import annotations

import json
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

R = TypeVar("R")

_SCALARS = (str, int, float, bool)


def to_json(value: Any) -> str:
    """Return the canonical JSON of a record, a tuple of records or a mapping: equal content, equal text."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def from_json(wanted: Any, text: str) -> Any:
    """Return the value of that type which `to_json` wrote."""
    return _revive(wanted, json.loads(text))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return value


def _revive(wanted: Any, value: Any) -> Any:
    if value is None:
        return None
    if is_dataclass(wanted) and isinstance(wanted, type):
        hints = _hints(wanted)
        return wanted(**{name: _revive(hints[name], v) for name, v in value.items() if name in hints})
    origin, inside = get_origin(wanted), get_args(wanted)
    if origin in (Union, types.UnionType):
        return _revive(next(a for a in inside if a is not type(None)), value)
    if origin is tuple:
        kinds = [inside[0]] * len(value) if inside[-1] is Ellipsis else list(inside)
        return tuple(_revive(kind, v) for kind, v in zip(kinds, value, strict=True))
    return float(value) if wanted is float else value


@cache
def _hints(record: type) -> dict[str, Any]:
    return get_type_hints(record)


@cache
def columns(record: type) -> Mapping[str, type | None]:
    """Return each field of the record with its scalar type; None where the column holds JSON."""
    hints = _hints(record)
    return {f.name: _scalar(hints[f.name]) for f in fields(record)}


def _scalar(hint: Any) -> type | None:
    if hint in _SCALARS:
        return hint  # type: ignore[no-any-return]
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Literal:
        return type(inside[0])
    if origin in (Union, types.UnionType):
        kinds = {_scalar(a) for a in inside if a is not type(None)}
        return kinds.pop() if len(kinds) == 1 else None
    return None


def to_arrow(record: type, records: Iterable[Any], **constant: str) -> Any:
    """Return an Arrow table with one row per record and, before its fields, the constant columns."""
    import pyarrow as pa

    arrow: dict[type | None, Any] = {
        str: pa.string(),
        int: pa.int64(),
        float: pa.float64(),
        bool: pa.bool_(),
        None: pa.string(),
    }
    rows = list(records)
    table = {name: pa.array([value] * len(rows), pa.string()) for name, value in constant.items()}
    for name, kind in columns(record).items():
        if name not in constant:
            values = [getattr(row, name) for row in rows]
            table[name] = _array(values if kind else _texts(values), arrow[kind])
    return pa.table(table)


def _array(values: list[Any], kind: Any) -> Any:
    import pyarrow as pa

    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        # half a character from a broken page: "?" stands for it in text and quote alike, so offsets hold
        whole = [v and v.encode("utf-8", "replace").decode("utf-8") for v in values]
        return pa.array(whole, kind)


def _texts(values: Sequence[Any]) -> list[str]:
    # a million mentions share a handful of provenances: each is written out once
    known: dict[Any, str] = {}
    return [known.get(v) or known.setdefault(v, to_json(v)) for v in values]


def from_arrow(record: type[R], table: Any) -> list[R]:
    """Return the records in the table's rows, in its order; columns that are no field are left out."""
    kinds = columns(record)  # type: ignore[arg-type]  # mypy takes a type variable for unhashable
    names = [name for name in table.column_names if name in kinds]
    values = [_values(record, name, table.column(name).to_pylist()) for name in names]
    return [record(**dict(zip(names, row, strict=True))) for row in zip(*values, strict=True)]


def _values(record: Any, name: str, values: list[Any]) -> list[Any]:
    if columns(record)[name]:
        return values
    hint = _hints(record)[name]
    known = {text: from_json(hint, text) for text in set(values)}
    return [known[text] for text in values]
