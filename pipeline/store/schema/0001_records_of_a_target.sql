-- What one target is made of. No foreign keys (a referenced table refuses later changes in DuckDB) and no
-- primary keys: whatever is saved again is deleted first in the same transaction.
CREATE TABLE targets (
    id VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    industry VARCHAR NOT NULL,
    plan VARCHAR NOT NULL,
    horizon_weeks BIGINT NOT NULL,
    hours_per_week DOUBLE NOT NULL,
    rationale VARCHAR NOT NULL
);

CREATE TABLE postings (
    target VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    "text" VARCHAR NOT NULL,
    source_kind VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    company VARCHAR NOT NULL,
    location VARCHAR NOT NULL,
    date VARCHAR,
    language VARCHAR NOT NULL,
    sections VARCHAR NOT NULL,
    fingerprint VARCHAR NOT NULL,
    system VARCHAR NOT NULL,
    aliases VARCHAR NOT NULL,
    closed VARCHAR,
    duplicate_of VARCHAR,
    page_sha256 VARCHAR NOT NULL,
    number BIGINT NOT NULL,
    flags VARCHAR NOT NULL
);

-- Mentions as the engine found them; `mentions` holds the same under the names that they were merged to.
CREATE TABLE found_mentions (
    target VARCHAR NOT NULL,
    posting_id VARCHAR NOT NULL,
    "start" BIGINT NOT NULL,
    "end" BIGINT NOT NULL,
    quote VARCHAR NOT NULL,
    strength VARCHAR NOT NULL,
    kind VARCHAR,
    skill VARCHAR,
    years DOUBLE,
    depth VARCHAR,
    negated BOOLEAN NOT NULL,
    found VARCHAR NOT NULL,
    section VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    provenance VARCHAR NOT NULL
);

CREATE TABLE mentions AS FROM found_mentions WITH NO DATA;

-- Which text, read by which engine and version, the mentions of a posting stand for.
CREATE TABLE extracted (
    target VARCHAR NOT NULL,
    posting_id VARCHAR NOT NULL,
    digest VARCHAR NOT NULL
);

CREATE TABLE skills (
    target VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    theme VARCHAR NOT NULL,
    aliases VARCHAR NOT NULL,
    known BOOLEAN NOT NULL,
    uri VARCHAR NOT NULL
);

CREATE TABLE scores (
    target VARCHAR NOT NULL,
    skill VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    theme VARCHAR NOT NULL,
    n BIGINT NOT NULL,
    "of" BIGINT NOT NULL,
    low DOUBLE NOT NULL,
    high DOUBLE NOT NULL,
    score DOUBLE NOT NULL,
    priority BIGINT NOT NULL,
    provisional BOOLEAN NOT NULL,
    n_required BIGINT NOT NULL,
    n_preferred BIGINT NOT NULL,
    n_duty BIGINT NOT NULL,
    mentions BIGINT NOT NULL,
    employers BIGINT NOT NULL,
    years DOUBLE
);

CREATE TABLE failures (
    target VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    advice VARCHAR NOT NULL,
    number BIGINT NOT NULL
);

CREATE TABLE runs (
    target VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,
    inputs BIGINT NOT NULL,
    outputs BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    seconds DOUBLE NOT NULL,
    digest VARCHAR NOT NULL,
    notes VARCHAR NOT NULL
);

CREATE TABLE matrices (
    target VARCHAR NOT NULL,
    draft VARCHAR NOT NULL
);
