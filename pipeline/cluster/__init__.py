"""From mentions to skills: one name for all wordings of a skill, and nothing joined that is two."""

from pipeline.cluster.advised import Advised, Batch, Item, checked, nearest, together
from pipeline.cluster.mentions import abbreviations, collapse, name_each, name_mentions
from pipeline.cluster.names import Names, Resolved
from pipeline.cluster.skills import Usage, build_skills, usages
from pipeline.cluster.suggest import suggest

__all__ = [
    "Advised",
    "Batch",
    "Item",
    "Names",
    "Resolved",
    "Usage",
    "abbreviations",
    "build_skills",
    "checked",
    "collapse",
    "name_each",
    "name_mentions",
    "nearest",
    "suggest",
    "together",
    "usages",
]
