-- A snapshot keeps its own copy of what it scored: the target's postings and mentions move on without it.
CREATE TABLE snapshots (
    name VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    "when" VARCHAR NOT NULL,
    body VARCHAR NOT NULL
);

CREATE TABLE snapshot_postings (
    name VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    company VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    date VARCHAR,
    source_kind VARCHAR NOT NULL
);

CREATE TABLE snapshot_demand (
    name VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    posting_id VARCHAR NOT NULL,
    skill VARCHAR NOT NULL,
    required BIGINT NOT NULL,
    duty BIGINT NOT NULL,
    unstated BIGINT NOT NULL,
    preferred BIGINT NOT NULL,
    years DOUBLE
);
