"""The verbs that demands are worded with, their forms, and the nouns that name the same activities."""

from __future__ import annotations

from functools import lru_cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LIGHT_VERBS = _words(
    "conduct perform undertake provide deliver execute practice practise apply demonstrate show exercise "
    "ensure give offer build create develop maintain implement write prepare produce do complete"
)
"""Verbs that add nothing to a known activity behind them: "conduct market research"."""

RUN_VERBS = LIGHT_VERBS | _words(
    "design manage monitor optimize optimise deploy test operate run own support improve enhance extend plan "
    "evaluate scale architect debug troubleshoot document define establish oversee drive lead"
)
"""Verbs that may stand beside a light one: "design, build and maintain"."""

MAKING_VERBS = LIGHT_VERBS - {"write"} | _words(
    "design architect extend enhance scale define establish refine"
)
"""Verbs that say nothing without what they act on: in a list they share the object of the last one."""

AMBIGUOUS_VERBS = _words(
    "design test model process report market control support research document program audit review plan "
    "budget forecast schedule train coach mentor monitor code repair edit label store detect project lead "
    "inspect install present interview benchmark debug tune book stock cost price trade file record map "
    "rank score sample code profile wire dress pack load wash paint set cut segment discharge"
)
"""Verbs that are nouns too: "design systems" is not "system design", "designing systems" is."""

NOMINAL = {
    "manage": "management",
    "analyze": "analysis",
    "develop": "development",
    "maintain": "maintenance",
    "administer": "administration",
    "assess": "assessment",
    "deploy": "deployment",
    "integrate": "integration",
    "migrate": "migration",
    "visualize": "visualization",
    "optimize": "optimization",
    "transform": "transformation",
    "ingest": "ingestion",
    "govern": "governance",
    "prevent": "prevention",
    "evaluate": "evaluation",
    "configure": "configuration",
    "coordinate": "coordination",
    "teach": "teaching",
    "solve": "solving",
    "resolve": "resolution",
    "make": "making",
    "handle": "handling",
    "gather": "gathering",
    "elicit": "elicitation",
    "engage": "engagement",
    "annotate": "annotation",
    "clean": "cleaning",
    "cleanse": "cleansing",
    "extract": "extraction",
    "lead": "leadership",
    "educate": "education",
    "negotiate": "negotiation",
    "reconcile": "reconciliation",
    "collect": "collection",
    "assure": "assurance",
    "respond": "response",
    "recruit": "recruitment",
    "retain": "retention",
    "acquire": "acquisition",
    "translate": "translation",
    "interpret": "interpretation",
    "supervise": "supervision",
    "write": "writing",
    "prioritize": "prioritization",
    "automate": "automation",
    "validate": "validation",
    "mitigate": "mitigation",
    "facilitate": "facilitation",
    "generate": "generation",
    "estimate": "estimation",
    "care": "care",
    "serve": "service",
    "plan": "planning",
    "test": "testing",
    "design": "design",
    "monitor": "monitoring",
    "model": "modeling",
    "process": "processing",
    "review": "review",
    "schedule": "scheduling",
    "forecast": "forecasting",
    "budget": "budgeting",
    "report": "reporting",
    "mine": "mining",
    "edit": "editing",
    "label": "labeling",
    "control": "control",
    "support": "support",
    "detect": "detection",
    "audit": "auditing",
    "inspect": "inspection",
    "repair": "repair",
    "install": "installation",
    "program": "programming",
    "document": "documentation",
    "research": "research",
    "mentor": "mentoring",
    "coach": "coaching",
    "train": "training",
    "tune": "tuning",
    "debug": "debugging",
    "prepare": "preparation",
    "store": "storage",
    "allocate": "allocation",
    "improve": "improvement",
    "implement": "implementation",
    "track": "tracking",
    "keep": "keeping",
    "procure": "procurement",
    "purchase": "purchasing",
    "predict": "prediction",
    "segment": "segmentation",
    "classify": "classification",
    "simulate": "simulation",
    "verify": "verification",
    "calibrate": "calibration",
    "identify": "identification",
    "register": "registration",
    "investigate": "investigation",
    "select": "selection",
    "protect": "protection",
    "fabricate": "fabrication",
    "create": "creation",
    "produce": "production",
    "distribute": "distribution",
    "promote": "promotion",
    "reduce": "reduction",
    "transcribe": "transcription",
    "dispense": "dispensing",
    "diagnose": "diagnosis",
    "treat": "treatment",
    "onboard": "onboarding",
    "appraise": "appraisal",
    "dispose": "disposal",
    "approve": "approval",
    "measure": "measurement",
    "replace": "replacement",
    "assemble": "assembly",
    "deliver": "delivery",
    "discover": "discovery",
    "recover": "recovery",
    "enforce": "enforcement",
    "align": "alignment",
    "arrange": "arrangement",
    "set": "setting",
    "pick": "picking",
    "pack": "packing",
    "load": "loading",
    "wash": "washing",
    "cut": "cutting",
    "weld": "welding",
    "paint": "painting",
    "drive": "driving",
    "book": "booking",
    "stock": "stocking",
    "cost": "costing",
    "price": "pricing",
    "trade": "trading",
    "file": "filing",
    "record": "recording",
    "map": "mapping",
    "rank": "ranking",
    "score": "scoring",
    "sample": "sampling",
    "code": "coding",
    "refactor": "refactoring",
    "profile": "profiling",
    "benchmark": "benchmarking",
    "wire": "wiring",
    "dress": "dressing",
}
"""A verb and the noun by which the same activity is named behind its object: managing projects."""

LEADING_VERBS = frozenset(NOMINAL) - AMBIGUOUS_VERBS | _words(
    "communicate collaborate build create deliver drive ensure establish execute identify influence "
    "innovate investigate liaise operate organize oversee participate perform produce promote propose "
    "provide recommend refine scale secure simplify streamline translate troubleshoot understand "
    "uphold adapt adopt advise advocate align apply architect articulate assist balance champion "
    "collect compile conduct consult contribute convert define demonstrate describe diagnose draft enable "
    "encourage enforce enhance escalate explain explore foster guide incorporate inform inspire interact "
    "learn listen meet motivate navigate negotiate nurture observe obtain own persuade pursue "
    "engineer extend adhere comply debug present monitor cultivate determine discover empower "
    "represent invest verify advertise attend calculate decide discuss donate instruct introduce involve "
    "justify modify protect prove refer remove restore sell send solicit speak differentiate calibrate "
    "safeguard source steer strengthen summarize sustain tailor think"
) - _words("own source scale learn think care treat measure replace register keep")
"""Verbs that open a demand and are written as a gerund in the name of an unknown skill."""


@lru_cache(maxsize=8192)
def gerund(verb: str) -> str:
    """Return the -ing form of a base verb: "maintaining", "making", "running"."""
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    if verb in ("run", "get", "set", "put", "stop", "ship", "map", "plan", "program", "cut", "debug"):
        return verb + verb[-1] + "ing"
    return verb + "ing"


def forms(verb: str) -> tuple[str, ...]:
    """Return a base verb, its third person and its -ing form."""
    third = verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in "aeo" else verb + "s"
    if verb.endswith(("s", "x", "ch", "sh", "z")):
        third = verb + "es"
    return (verb, third, gerund(verb))


BASE = {form: verb for verb in sorted({*NOMINAL, *LEADING_VERBS, *AMBIGUOUS_VERBS}) for form in forms(verb)}
"""Every form of a known verb and its base: "communicating" and "communicates" lead to "communicate"."""
BASE.update({"modelling": "model", "labelling": "label", "budgetting": "budget", "programing": "program"})
BASE.update({"analysing": "analyze", "analyse": "analyze", "analyses": "analyze"})

BASE.update(dict.fromkeys(("practise", "practises", "practising", "practicing"), "practice"))
VERB_FORMS = {form: verb for verb in sorted(RUN_VERBS) for form in forms(verb)} | BASE
"""Every form of a verb that may open a demand."""

NOUNS_IN_ING = _words(
    "marketing accounting engineering nursing banking manufacturing learning computing networking purchasing "
    "training building housing lighting clothing hearing meeting spring string staging wiring nothing "
    "something anything everything morning evening pricing billing branding funding trading shipping mining "
    "warehousing processing modeling modelling testing planning writing reading casting setting"
)


TURNED_IN_ING = _words("planning setting writing reading picking packing")
"""Gerunds that name the same activity before and behind their object: "planning menus", "menu planning"."""
