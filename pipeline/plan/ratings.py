"""What a person says of themselves, folded: the level of each subject on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.records import Rating


def latest(ratings: Iterable[Rating], until: str = "") -> dict[str, Rating]:
    """Return the last rating of each subject, up to and with a day where one is given.

    Ratings of one day count in the order in which they were written.
    """
    found: dict[str, Rating] = {}
    for rating in ratings:
        old = found.get(rating.subject)
        if (not until or rating.when[:10] <= until) and (old is None or rating.when >= old.when):
            found[rating.subject] = rating
    return found


def level_of(
    theme: str, skills: Sequence[tuple[str, str, int]], known: Mapping[str, Rating]
) -> tuple[int, Rating | None]:
    """Return the level of a row and the rating that says so; 0 where nothing is rated.

    `skills` are (name, theme, mentions). A row's own rating wins. Else each skill's rating, or its theme's,
    counts by its mentions, an unrated one as 0, and the mean is rounded down: one known tool does not
    make a row known.
    """
    if theme in known:
        return known[theme].level, known[theme]
    rated = [(known.get(name) or known.get(of), mentions) for name, of, mentions in skills]
    found = [(rating, mentions) for rating, mentions in rated if rating is not None]
    total = sum(mentions for _, _, mentions in skills)
    if not found or not total:
        return 0, None
    points = sum(rating.level * mentions for rating, mentions in found)
    return points // total, max((rating for rating, _ in found), key=lambda r: r.when)
