"""A realistic `ReportInput`: six postings of made-up employers, fifteen skills, hostile texts among them."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from pipeline.read.entry import entry_requirements
from pipeline.records import (
    Evidence,
    Failure,
    MatrixDraft,
    MatrixRow,
    Mention,
    Posting,
    Provenance,
    ReportInput,
    Run,
    Section,
    Shift,
    Skill,
    SkillScore,
    Suggestion,
    Target,
    Trend,
)

SCRIPT = "<script>alert('x')</script>"
FORMULA = '=HYPERLINK("http://evil.example","click")'

POSTINGS = (
    (
        "https://jobs.harbourline.example/data-engineer",
        "Data Engineer",
        "Harbourline Logistics",
        "Rotterdam",
        "2026-10-02",
        """Harbourline moves containers, and the data about them.

What you will do
- Design and run data pipelines that feed our yard planning
- Model data for analysts with dbt
- Explain trade-offs to stakeholders in plain words

What you bring
- 3+ years of Python and solid SQL
- Experience with Airflow or a similar orchestrator
- Hands-on work with Snowflake
- You write automated tests as a habit

Nice to have
- Terraform
- Kubernetes in production
""",
    ),
    (
        "https://boards.tallowmere.example/jobs/4711",
        "Senior Data Engineer (Platform)",
        "Tallowmere Energy",
        "Remote, Europe",
        "2026-09-21",
        """As a senior engineer you own the platform that meters talk to.

Responsibilities
- Designing scalable data pipelines for 40 million readings a day
- Mentoring two junior engineers
- Monitoring pipelines and debugging them when they fail at night

Requirements
- Expert SQL, proficient Python
- Apache Airflow, Spark and Kafka in production
- Infrastructure as code with Terraform
- Communicating with stakeholders who are not engineers

Preferred
- Snowflake; no experience with Hadoop needed
""",
    ),
    (
        "https://careers.quillfeather.example/de",
        f"Data Engineer {SCRIPT}",
        "Quill & Feather <b>Press</b>",
        "Leipzig",
        "2026-08-30",
        f"""We publish books, and {SCRIPT} is what a joker typed into our form.

You will
- Build data pipelines in Python
- {FORMULA}
- Keep an eye on data quality: tests, contracts, alerts

You have
- SQL, of course
- Docker and CI/CD
- Some dbt is a plus
""",
    ),
    (
        "https://jobs.orrery.example/role/9?x=1&y=2",
        "Analytics Engineer",
        "Orrery Insurance",
        "Zürich",
        "2026-10-11",
        """Orrery insures what others call uninsurable.

Your tasks
- Data modelling for claims, with dbt on Snowflake
- Automated tests for every model
- Present results to stakeholders

Your profile
- Strong SQL and good Python
- Version control with Git
- Familiar with Airflow
""",
    ),
    (
        "javascript:alert(document.cookie)",
        "Data Platform Engineer",
        "+cmd|' /C calc'!A0",
        "Łódź",
        None,
        """Platform team of five, no heroes.

Must have
- Kubernetes, Docker, Terraform
- Python
- Kafka
- Designing data pipelines that survive a bad day

Good to have
- Spark
""",
    ),
    (
        "/home/somebody/postings/lark & finch.html",
        "Data Engineer, Clinical",
        "Lark and Finch Hospitals",
        "Utrecht",
        "2026-07-15",
        """Care runs on data that arrives on time.

The work
- Building data pipelines between wards and research
- Talking with nurses and doctors: stakeholders who have no time

Needed
- SQL and Python
- Data quality checks and automated tests
- Git

Wished for
- Airflow, Docker
""",
    ),
)

SKILLS: tuple[tuple[str, str, str, str], ...] = (
    ("Data pipelines", "general", "data-pipelines", r"data pipelines|pipelines"),
    ("Stakeholder communication", "general", "communication", r"stakeholders"),
    ("Automated testing", "general", "testing", r"automated tests|tests"),
    ("Data modelling", "general", "data-modelling", r"Data modelling|Model data"),
    ("Data quality", "general", "testing", r"[Dd]ata quality"),
    ("Mentoring", "general", "mentoring", r"Mentoring"),
    ("SQL", "specific", "sql", r"SQL"),
    ("Python", "specific", "python", r"Python"),
    ("Apache Airflow", "specific", "orchestration", r"Apache Airflow|Airflow"),
    ("Terraform", "specific", "infrastructure", r"Terraform"),
    ("Docker", "specific", "infrastructure", r"Docker"),
    ("Kubernetes", "specific", "infrastructure", r"Kubernetes"),
    ("Snowflake", "specific", "warehouse", r"Snowflake"),
    ("dbt", "specific", "warehouse", r"dbt"),
    ("Apache Kafka", "specific", "streaming", r"Kafka"),
    (f"Spark {SCRIPT}", "specific", "streaming", r"Spark"),
)

ROWS = (
    ("general", "Designing data pipelines", "data-pipelines", ("Data pipelines",)),
    ("general", "Talking with stakeholders", "communication", ("Stakeholder communication",)),
    ("general", "Testing data and code", "testing", ("Automated testing", "Data quality")),
    ("general", "Modelling data for analysis", "data-modelling", ("Data modelling",)),
    ("general", "Mentoring other engineers", "mentoring", ("Mentoring",)),
    ("specific", "Programming in Python", "python", ("Python",)),
    ("specific", "Querying and shaping data in SQL", "sql", ("SQL",)),
    ("specific", "Orchestrating jobs (Airflow)", "orchestration", ("Apache Airflow",)),
    (
        "specific",
        "Running infrastructure as code (Docker, Terraform)",
        "infrastructure",
        ("Docker", "Terraform", "Kubernetes"),
    ),
    ("specific", "Warehousing (Snowflake, dbt)", "warehouse", ("Snowflake", "dbt")),
)

REQUIRED = re.compile(r"^(What you bring|Requirements|You have|Your profile|Must have|Needed)$", re.M)
PREFERRED = re.compile(r"^(Nice to have|Preferred|Good to have|Wished for)$", re.M)


def _posting(
    number: int, url: str, title: str, company: str, place: str, date: str | None, text: str
) -> Posting:
    required, preferred = REQUIRED.search(text), PREFERRED.search(text)
    after = [m.end() + 1 for m in (required, preferred) if m]
    headings = [m.group() for m in (required, preferred) if m]
    first, second = (after + [len(text)] * 2)[:2]
    names = (*headings, "", "")
    sections = (
        Section(0, first, "duties"),
        Section(first, second, "requirements", names[0]),
        Section(second, len(text), "preferred", names[1]),
    )
    return Posting(
        f"post{number:03d}",
        url,
        text,
        title=title,
        company=company,
        location=place,
        date=date,
        sections=sections,
        fingerprint=f"f{number:03d}",
        number=number,
        page_sha256="0" * 64,
        entry=entry_requirements(text, sections),
    )


def _mentions(posting: Posting) -> list[Mention]:
    found = []
    strength = {"duties": "duty", "requirements": "required", "preferred": "preferred"}
    for name, kind, _, pattern in SKILLS:
        for match in re.finditer(pattern, posting.text):
            section = next(s for s in posting.sections if s.start <= match.start() < s.end)
            found.append(
                Mention.at(
                    posting,
                    match.start(),
                    match.end(),
                    skill=name,
                    kind=kind,
                    strength=strength[section.kind],
                    section=section.kind,
                    provenance=Provenance("local", "1"),
                )
            )
    no_hadoop = re.search(r"no experience with Hadoop needed", posting.text)
    if no_hadoop:
        found.append(
            Mention.at(posting, no_hadoop.start() + 19, no_hadoop.end() - 7, skill="SQL", negated=True)
        )
    joke = posting.text.find(FORMULA)
    if joke >= 0:
        found.append(Mention.at(posting, joke, joke + len(FORMULA), skill="Data quality", strength="duty"))
        found.append(Mention.at(posting, joke + 4, joke + 30, skill=None))
    return found


def wilson(n: int, of: int) -> tuple[float, float]:
    """Return a plain interval for the example; the real one is the score room's."""
    z = 1.96
    middle = (n + z * z / 2) / (of + z * z)
    half = z * math.sqrt(n * (of - n) / of + z * z / 4) / (of + z * z)
    return max(0.0, middle - half), min(1.0, middle + half)


def _score(name: str, kind: str, theme: str, mentions: list[Mention], of: int) -> SkillScore:
    mine = [m for m in mentions if m.skill == name and not m.negated]
    weights = {"required": 1.0, "duty": 0.7, "unstated": 0.7, "preferred": 0.4}
    best: dict[str, Mention] = {}
    for m in mine:
        if m.posting_id not in best or weights[m.strength] > weights[best[m.posting_id].strength]:
            best[m.posting_id] = m
    n = len(best)
    low, high = wilson(n, of)
    priority = 1 if n / of >= 0.5 else 2 if n / of >= 0.25 else 3
    return SkillScore(
        name,
        kind,
        theme,
        n,
        of,
        low,
        high,
        sum(weights[m.strength] for m in best.values()) / of,
        priority,
        provisional=low < 0.5 < high or low < 0.25 < high,
        n_required=sum(m.strength == "required" for m in best.values()),
        n_preferred=sum(m.strength == "preferred" for m in best.values()),
        n_duty=sum(m.strength == "duty" for m in best.values()),
        mentions=len(mine),
        employers=n,
    )


def _row(
    row: tuple, scores: dict[str, SkillScore], postings: dict[str, Posting], mentions: list[Mention]
) -> MatrixRow:
    kind, title, theme, skills = row
    mine = [m for m in mentions if m.skill in skills and not m.negated and m.posting_id in postings]
    n, of = len({m.posting_id for m in mine}), len(postings)
    low, high = wilson(n, of)
    evidence, seen = [], set()
    for m in mine:
        if m.posting_id in seen or len(evidence) == 2:
            continue
        seen.add(m.posting_id)
        p = postings[m.posting_id]
        line = p.text.rfind("\n", 0, m.start) + 1, p.text.find("\n", m.end)
        start = line[0] + 2 * p.text.startswith("- ", line[0])
        evidence.append(
            Evidence(
                p.id,
                p.url,
                p.company,
                p.title,
                p.date,
                start,
                line[1],
                p.text[start : line[1]],
                m.strength,
                "local",
                m.skill or "",
            )
        )
    reason = (
        "A way of working that every employer of this role asks for."
        if kind == "general"
        else "A named tool."
    )
    priority = 1 if n / of >= 0.5 else 2 if n / of >= 0.25 else 3
    return MatrixRow(
        kind,
        title,
        theme,
        skills,
        n,
        of,
        low,
        high,
        max(scores[s].score for s in skills),
        priority,
        low < 0.5 < high,
        reason,
        tuple(evidence),
        "renamed by Ada on 2026-10-12" if theme == "testing" else "",
    )


def trend(scores: tuple[SkillScore, ...]) -> Trend:
    """Return a comparison with every verdict there is."""
    verdicts = ("rose", "fell", "entered", "left", "steady", "too few to tell")
    shifts = []
    pairs = ((12, 38), (26, 9), (0, 11), (8, 0), (20, 26), (2, 4))
    for i, s in enumerate(scores[:12]):
        before, after = pairs[i % len(pairs)][0], pairs[i % len(pairs)][1] + i // 6
        change = after / 50 - before / 40
        shifts.append(
            Shift(
                s.skill,
                s.kind,
                before,
                40,
                after,
                50,
                change,
                change - 0.12,
                change + 0.12,
                0.01,
                verdicts[i % len(verdicts)],
            )
        )
    return Trend(
        "2026-Q2",
        "2026-Q3",
        40,
        50,
        tuple(shifts),
        ("Titles shifted: 12 % of the later postings are for analytics engineers, 2 % before.",),
    )


SETTINGS = (
    ("score.required", "1.0"),
    ("score.duty", "0.7"),
    ("score.preferred", "0.4"),
    ("score.confidence", "0.95"),
    ("score.critical_share", "0.5"),
    ("score.important_share", "0.25"),
    ("plan.hours_0_1", "10.0"),
    ("plan.hours_1_2", "25.0"),
    ("plan.hours_2_3", "50.0"),
    ("plan.hours_3_4", "90.0"),
    ("plan.hours_4_5", "160.0"),
)


def example(with_trend: bool = True) -> ReportInput:
    """Return the realistic input; every mention holds its law, every count is counted from the mentions."""
    postings = [_posting(i, *row) for i, row in enumerate(POSTINGS, 1)]
    mentions = [m for p in postings for m in _mentions(p)]
    by_id = {p.id: p for p in postings}
    scores = {name: _score(name, kind, theme, mentions, len(postings)) for name, kind, theme, _ in SKILLS}
    repeat = replace(
        postings[0], id="post007", number=7, duplicate_of="post001", url="https://mirror.example/1"
    )
    shut = replace(
        postings[3], id="post008", number=8, closed="no longer accepting", url="https://jobs.orrery.example/8"
    )
    blog = Posting(
        "post009",
        "https://blog.example/a-day",
        "A day as a data engineer: I start with SQL and end with data pipelines.",
        source_kind="blog",
        title="A day as a data engineer",
        company="",
        number=9,
    )
    mentions += [
        Mention.at(blog, 39, 42, skill="SQL", strength="unstated", provenance=Provenance("local", "1"))
    ]
    skills = tuple(
        Skill(
            name,
            kind,
            "Transferable: asked for whatever the tools."
            if kind == "general"
            else "A named technology (vocabulary).",
            theme,
            aliases=(pattern.split("|")[0],),
            known=name != "Mentoring",
        )
        for name, kind, theme, pattern in SKILLS
    )
    draft = MatrixDraft(
        Target("Data engineer", "logistics & energy", rationale="I like systems that others can rely on."),
        tuple(_row(row, scores, by_id, mentions) for row in ROWS),
        postings=len(postings),
        gathered=8,
        duplicates=1,
        closed=1,
        failed=3,
        engine="local (spaCy en_core_web_sm, vocabulary 1)",
        notes=("Six postings are few: most priorities are provisional. Twenty would settle them.",),
    )
    return ReportInput(
        draft,
        skills,
        tuple(scores.values()),
        (*postings, repeat, shut, blog),
        tuple(mentions),
        failures=(
            Failure("https://jobs.example/login", "login-wall", "asks for an account", number=10),
            Failure(f"https://jobs.example/{SCRIPT}", "not-found", "404 Not Found", number=11),
            Failure("/home/somebody/notes.txt", "not-a-posting", "no duties and no requirements", number=12),
        ),
        suggestions=(
            Suggestion("Automated testing", "Data quality", 0.71, "named together in 3 of 6 postings"),
        ),
        trend=trend(tuple(scores.values())) if with_trend else None,
        runs=(Run("gather", "data-engineer", 12, 9, 0, 3, 1.0, "d", ("3 of 12 from the archive",)),),
        settings=SETTINGS,
    )
