"""A person's list of sources, and whole collections, turned into `SourceLine`s and `Listing`s."""

from pipeline.lists.collection import COLLECTION, is_collection, read_collection
from pipeline.lists.listfile import READABLE, SourceList, parse_list, read_sources

__all__ = [
    "COLLECTION",
    "READABLE",
    "SourceList",
    "is_collection",
    "parse_list",
    "read_collection",
    "read_sources",
]
