"""The review page of `skillmatrix review` (extra `web`), for whoever has its address on this machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.steps.review import Review


def serve(review: Review, port: int = 0, say: Callable[[str], None] = print, browser: bool = True) -> None:
    """Answer the review page on this machine until it is interrupted; `say` is told the address."""
    try:
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise UsageError(
            "the review page needs the extra `web`",
            "pip install 'skillmatrix[web]'; `review export` and `review apply` work without it.",
        ) from error
    from pipeline.web.server import run

    run(review, port, say, browser)
