"""Skillmatrix: from job postings to a ten-skill matrix that can be defended quote by quote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.version import __version__

if TYPE_CHECKING:
    from pipeline.workspace import Workspace as Workspace

__all__ = ["Workspace", "__version__"]


def __getattr__(name: str) -> Any:
    """`Workspace`, imported when first wanted so that `--help` stays quick."""
    if name == "Workspace":
        from pipeline.workspace import Workspace

        return Workspace
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
