"""The tables of the store, and how an older file becomes a current one."""

import sqlite3
from typing import Final

from .errors import NewerSchemaError

# "CHOC": tells our file from any other SQLite file.
APPLICATION_ID: Final = 0x43484F43

# One script a version: the first makes version 1 of an empty file, the next version 2 of that.
# In strict tables the check of a file finds values of the wrong type, too.
MIGRATIONS: Final = (
    """
    -- Sequence numbers: a sink remembers the last one it delivered, and asks for those above.
    CREATE TABLE sequence (last INTEGER NOT NULL) STRICT;
    INSERT INTO sequence VALUES (0);

    CREATE TABLE series (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        updated INTEGER NOT NULL DEFAULT 0 -- when a value last changed, Unix seconds
    ) STRICT;
    CREATE TABLE source (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        estimated INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE slot (
        series INTEGER NOT NULL REFERENCES series,
        start INTEGER NOT NULL, -- Unix seconds
        seconds INTEGER NOT NULL CHECK (seconds > 0),
        value REAL NOT NULL,
        source INTEGER NOT NULL REFERENCES source,
        seq INTEGER NOT NULL,
        PRIMARY KEY (series, start)
    ) WITHOUT ROWID, STRICT;
    CREATE UNIQUE INDEX slot_seq ON slot (seq);

    -- What the gatekeeper remembers of each host.
    CREATE TABLE host (
        name TEXT PRIMARY KEY,
        failures INTEGER NOT NULL,
        refusals INTEGER NOT NULL,
        retry_at REAL
    ) WITHOUT ROWID, STRICT;
    CREATE TABLE request (host TEXT NOT NULL, at REAL NOT NULL) STRICT;
    CREATE INDEX request_at ON request (at);

    -- Days that could not be completed: how often it was tried, and when to try again.
    CREATE TABLE attempt (
        series TEXT NOT NULL,
        day TEXT NOT NULL,
        tries INTEGER NOT NULL,
        retry_at REAL NOT NULL,
        PRIMARY KEY (series, day)
    ) WITHOUT ROWID, STRICT;
    """,
    """
    -- What sources said about the future, as they said it: one row for each time they did.
    CREATE TABLE forecast (
        place TEXT NOT NULL,
        source TEXT NOT NULL,
        issued INTEGER NOT NULL, -- Unix seconds
        content BLOB NOT NULL, -- compressed JSON
        seq INTEGER NOT NULL,
        PRIMARY KEY (place, source, issued)
    ) WITHOUT ROWID, STRICT;
    CREATE UNIQUE INDEX forecast_seq ON forecast (seq);

    -- Every recurring job, as its last run left it ...
    CREATE TABLE job (
        name TEXT PRIMARY KEY,
        started REAL NOT NULL,
        seconds REAL NOT NULL,
        outcome TEXT NOT NULL,
        detail TEXT NOT NULL,
        failures INTEGER NOT NULL,
        due REAL NOT NULL
    ) WITHOUT ROWID, STRICT;
    -- ... and the log of the runs that did something, or failed.
    CREATE TABLE run (
        job TEXT NOT NULL,
        started REAL NOT NULL,
        seconds REAL NOT NULL,
        outcome TEXT NOT NULL,
        detail TEXT NOT NULL
    ) STRICT;
    CREATE INDEX run_started ON run (started);

    -- Stretches of history that were asked for and are not filled yet.
    CREATE TABLE wish (
        factory TEXT NOT NULL,
        series TEXT NOT NULL,
        start INTEGER NOT NULL, -- Unix seconds
        finish INTEGER NOT NULL,
        longest INTEGER -- seconds: longer gaps are left alone
    ) STRICT;
    CREATE INDEX wish_factory ON wish (factory);
    """,
    """
    -- What was said of prices to come, as it was said.
    CREATE TABLE price_forecast (
        series TEXT NOT NULL,
        issued INTEGER NOT NULL, -- Unix seconds
        known_until INTEGER NOT NULL, -- where the last published slot ended
        content BLOB NOT NULL, -- compressed JSON
        seq INTEGER NOT NULL,
        PRIMARY KEY (series, issued)
    ) WITHOUT ROWID, STRICT;
    CREATE UNIQUE INDEX price_forecast_seq ON price_forecast (seq);

    -- What the makers say has really happened; what they correct gets a new number.
    CREATE TABLE outcome (
        seq INTEGER PRIMARY KEY,
        factory TEXT NOT NULL,
        start INTEGER NOT NULL, -- Unix seconds
        finish INTEGER NOT NULL,
        kind TEXT NOT NULL,
        note TEXT NOT NULL,
        recorded INTEGER NOT NULL,
        UNIQUE (factory, start, finish)
    ) STRICT;

    -- What was recommended for each slot when it began.
    CREATE TABLE recommendation (
        factory TEXT NOT NULL,
        start INTEGER NOT NULL, -- Unix seconds
        seconds INTEGER NOT NULL CHECK (seconds > 0),
        recommendation TEXT NOT NULL,
        score REAL,
        engine TEXT NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (factory, start)
    ) WITHOUT ROWID, STRICT;
    CREATE UNIQUE INDEX recommendation_seq ON recommendation (seq);

    -- Days of the weather that drives the price: as slots they would outgrow all else.
    CREATE TABLE driver (
        day INTEGER PRIMARY KEY, -- of UTC, since 1970
        source TEXT NOT NULL,
        content BLOB NOT NULL, -- compressed JSON
        seq INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX driver_seq ON driver (seq);
    """,
    """
    -- A sink shows the history elsewhere, like a database that graphs are drawn from ...
    CREATE TABLE sink (
        name TEXT PRIMARY KEY,
        target TEXT NOT NULL, -- where it leads: another one knows nothing yet
        seen INTEGER NOT NULL, -- the last number that its backlog takes into account
        delivered INTEGER -- when something last arrived, Unix seconds
    ) WITHOUT ROWID, STRICT;
    -- ... the numbers in (low, high] that it has yet to be told ...
    CREATE TABLE backlog (
        sink TEXT NOT NULL,
        low INTEGER NOT NULL,
        high INTEGER NOT NULL,
        PRIMARY KEY (sink, low)
    ) WITHOUT ROWID, STRICT;
    -- ... and what it refuses for good.
    CREATE TABLE refused_point (
        sink TEXT NOT NULL,
        point TEXT NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (sink, point)
    ) WITHOUT ROWID, STRICT;

    -- What a factory looked like at an instant, for sinks.
    CREATE TABLE snapshot (
        factory TEXT NOT NULL,
        kind TEXT NOT NULL,
        at INTEGER NOT NULL, -- Unix seconds
        content BLOB NOT NULL, -- compressed JSON
        seq INTEGER NOT NULL,
        PRIMARY KEY (factory, kind, at)
    ) WITHOUT ROWID, STRICT;
    CREATE UNIQUE INDEX snapshot_seq ON snapshot (seq);

    -- Runs of jobs get numbers, too.
    ALTER TABLE run ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
    UPDATE run SET seq = rowid + (SELECT last FROM sequence);
    UPDATE sequence SET last = max(last, (SELECT coalesce(max(seq), 0) FROM run));
    CREATE UNIQUE INDEX run_seq ON run (seq);
    """,
    """
    -- Which file this is: the numbers of another one mean nothing here.
    CREATE TABLE identity (id TEXT NOT NULL) STRICT;
    INSERT INTO identity VALUES (lower(hex(randomblob(16))));

    -- How far Home Assistant's statistics have been told of a factory.
    CREATE TABLE told (
        factory TEXT PRIMARY KEY,
        number INTEGER NOT NULL, -- of the last change that they take into account
        first INTEGER NOT NULL, -- Unix seconds
        until INTEGER NOT NULL,
        content TEXT NOT NULL -- JSON
    ) WITHOUT ROWID, STRICT;
    """,
    """
    -- Of what a sink refuses it is told how much it is, and what came first: nobody reads more.
    ALTER TABLE sink ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE sink ADD COLUMN point TEXT;
    ALTER TABLE sink ADD COLUMN reason TEXT;
    UPDATE sink SET refused = (SELECT count(*) FROM refused_point WHERE sink = name);
    UPDATE sink SET (point, reason) =
        (SELECT point, reason FROM refused_point WHERE sink = name LIMIT 1);
    DROP TABLE refused_point;
    """,
)


def version(connection: sqlite3.Connection) -> int:
    """Return the version of a file; one that a newer release has written is refused."""
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    if number > len(MIGRATIONS):
        raise NewerSchemaError(number)
    return int(number)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a file to the current version, each step whole or not at all."""
    before = version(connection)
    for number, script in enumerate(MIGRATIONS[before:], start=before + 1):
        connection.executescript(
            f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number};"
            f"PRAGMA application_id = {APPLICATION_ID}; COMMIT;"
        )
