"""The workspace's DuckDB file: records in, records out; the only room that speaks SQL."""

from pipeline.store.database import mark_of, replacing
from pipeline.store.store import FILE_NAME, Store

__all__ = ["FILE_NAME", "Store", "mark_of", "replacing"]
