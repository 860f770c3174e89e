"""The tables of a catalogue, as SQLAlchemy Core knows them.

Everything a person may have to read in ten years stands in plain text columns. Text from outside (file names,
facts) may hold bytes that are no UTF-8, which Python keeps as surrogates and no database takes: they are
written as backslash escapes and read back as they were.
"""

import json
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    event,
)

from footage.catalogue.escapes import escape, unescape
from footage.model.custody import canonical

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Words(TypeDecorator[str]):
    """Text from outside, whatever bytes it came from; see :mod:`footage.catalogue.escapes`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Escape what the database would not take."""
        return None if value is None else escape(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> str | None:
        """Give back what was written."""
        return None if value is None else unescape(value)


class Json(TypeDecorator[Any]):
    """A value as canonical JSON text; surrogates stand in it as JSON's own escapes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str:
        """Write canonical JSON."""
        return canonical(value).encode("utf-8", "backslashreplace").decode("utf-8")

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        """Read it back."""
        return None if value is None else json.loads(value)


class Ratio(TypeDecorator[Fraction]):
    """An exact fraction as ``n/d`` (``n`` alone for a whole number)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, _dialect: Dialect) -> str | None:
        """Write it."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Fraction | None:
        """Read it back."""
        return None if value is None else Fraction(value)


def _asset_column(**options: Any) -> Column[int]:
    return Column("asset", Integer, ForeignKey("asset.number"), nullable=False, **options)


asset = Table(
    "asset",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("sha256", Text, nullable=False, unique=True),
    Column("name", Words, nullable=False, index=True),
    Column("path", Words, nullable=False),
    Column("kind", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("format", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("time_base", Ratio, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("frames", BigInteger, nullable=False),
    Column("added", Text, nullable=False),
    Column("damaged", Words, nullable=False),
    Column("discarded", Words),
    Column("purged", Boolean, nullable=False),
    Column("grabbed_from", Integer, ForeignKey("asset.number"), index=True),
    Column("grabbed_at", BigInteger),
    Column("revision", Integer, nullable=False),
    CheckConstraint("length(sha256) = 64", name="sha256"),
)

stream = Table(
    "stream",
    metadata,
    _asset_column(primary_key=True),
    Column("index", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("codec", Words, nullable=False),
    Column("profile", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("sample_aspect", Ratio, nullable=False),
    Column("rotation", Integer, nullable=False),
    Column("mirrored", Boolean, nullable=False),
    Column("pixel_format", Text, nullable=False),
    Column("full_range", Boolean, nullable=False),
    Column("colour", Text, nullable=False),
    Column("frame_rate", Ratio),
    Column("channels", Integer, nullable=False),
    Column("sample_rate", Integer, nullable=False),
)

frame_index = Table(
    "frame_index",
    metadata,
    _asset_column(primary_key=True),
    Column("time_base", Ratio, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("deltas", LargeBinary, nullable=False),
)

shot = Table(
    "shot",
    metadata,
    _asset_column(primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("transition", Text, nullable=False),
    Column("keyframe", BigInteger, nullable=False),
    Column("description", Words, nullable=False),
)

rendition = Table(
    "rendition",
    metadata,
    _asset_column(primary_key=True),
    Column("purpose", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("recipe", Text, nullable=False),
    Column("sha256", Text, nullable=False, index=True),
    Column("extension", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("proof", Text, nullable=False),
)

flag = Table(
    "flag",
    metadata,
    Column("number", Integer, primary_key=True),
    _asset_column(index=True),
    Column("start", BigInteger),
    Column("end", BigInteger),
    Column("reasons", Json, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("shape", Text, nullable=False),
    Column("poses", Json, nullable=False),
    Column("treatment", Text),
    Column("note", Words, nullable=False),
    Column("because", Words, nullable=False),
    Column("looked", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("mute", Boolean, nullable=False, server_default="0"),
    Column("follow", Boolean, nullable=False, server_default="0"),
    Column("track", LargeBinary),
    Column("doubtful", Json, nullable=False, server_default="[]"),
    Column("answered", Boolean, nullable=False, server_default="0"),
)

fact = Table(
    "fact",
    metadata,
    _asset_column(primary_key=True),
    Column("origin", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("value", Words, nullable=False),
    Index("ix_fact_field_value", "field", "value"),
)

source = Table(
    "source",
    metadata,
    Column("key", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("in_caption", Words, nullable=False),
    Column("handle", Words, nullable=False),
    Column("key_folded", Words, nullable=False, unique=True),
    Column("handle_folded", Words, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("article", Boolean, nullable=False),
    Column("stub", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("withheld", Boolean, nullable=False, server_default="0"),
)

story = Table(
    "story",
    metadata,
    Column("slug", Words, primary_key=True),
    Column("text", Words, nullable=False),
    Column("revision", Integer, nullable=False),
)

story_fact = Table(
    "story_fact",
    metadata,
    Column("story", Words, ForeignKey("story.slug"), primary_key=True),
    Column("field", Text, primary_key=True),
    Column("value", Words, nullable=False),
)

written_caption = Table(
    "written_caption",
    metadata,
    _asset_column(primary_key=True),
    Column("style", Text, primary_key=True),
    Column("text", Words, nullable=False),
    Column("actor", Words, nullable=False),
    Column("at", Text, nullable=False),
    Column("revision", Integer, nullable=False),
)

handover = Table(
    "handover",
    metadata,
    _asset_column(primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("deed", Text, nullable=False),
    Column("party", Words, nullable=False),
    Column("on", Text),
    Column("statement", Words, nullable=False),
)
"""The chain of hands that an asset came through, first to last."""

verdict = Table(
    "verdict",
    metadata,
    _asset_column(primary_key=True),
    Column("about", Text, primary_key=True),
    Column("standing", Text, nullable=False),
    Column("how", Words, nullable=False),
    Column("fact", Words, nullable=False),
    Column("actor", Words, nullable=False),
    Column("at", Text, nullable=False),
)
"""What was found when a place, a date or a source was checked, and what was stated of it then."""

standing_text = Table(
    "standing_text",
    metadata,
    Column("key", Words, primary_key=True),
    Column("text", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("as_of", Text),
    Column("days", Integer),
    Column("revision", Integer, nullable=False),
)
"""Paragraphs used again and again: who says so, the day they hold for, and for how many days."""

edition = Table(
    "edition",
    metadata,
    _asset_column(primary_key=True),
    Column("version", Integer, nullable=False),
    Column("killed", Words),
)
"""The version of an asset after its corrections, and why it was killed; without a row it is the first."""

dispatch = Table(
    "dispatch",
    metadata,
    Column("number", Integer, primary_key=True),
    _asset_column(index=True),
    Column("client", Words, nullable=False),
    Column("folder", Words, nullable=False),
    Column("at", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("notice", Text, nullable=False),
    Column("record", Json, nullable=False),
)
"""What went to whom: one row an asset and package, with what the package said of it."""

subtitle = Table(
    "subtitle",
    metadata,
    _asset_column(primary_key=True),
    Column("language", Words, primary_key=True),
    Column("cues", Json, nullable=False),
)
"""Timed text of the original: each cue's start and end in its ticks, and its words."""

soundbite = Table(
    "soundbite",
    metadata,
    _asset_column(primary_key=True),
    Column("start", BigInteger, primary_key=True),
    Column("end", BigInteger, nullable=False),
    Column("language", Words, nullable=False),
    Column("speaker", Words, nullable=False),
    Column("quote", Words, nullable=False),
)
"""Who says what in a video, as shot lists quote it."""

event_log = Table(
    "event",
    metadata,
    Column("sequence", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("actor", Words, nullable=False),
    Column("action", Text, nullable=False),
    Column("assets", Json, nullable=False),
    Column("detail", Json, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

event_asset = Table(
    "event_asset",
    metadata,
    Column("asset", Integer, ForeignKey("asset.number"), primary_key=True),
    Column("event", Integer, ForeignKey("event.sequence"), primary_key=True),
    sqlite_with_rowid=False,
)

custody_head = Table(
    "custody_head",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

search = Table(
    "search",
    metadata,
    _asset_column(primary_key=True),
    Column("name", Text, nullable=False),
    Column("released", Text, nullable=False),
    Column("shot", Text, nullable=False),
    Column("added", Text, nullable=False),
    Column("duration", BigInteger, nullable=False),
    Column("rating", Integer, nullable=False),
    Index("ix_search_name", "name", "asset"),
    Index("ix_search_released", "released", "asset"),
    Index("ix_search_shot", "shot", "asset"),
    Index("ix_search_added", "added", "asset"),
    Index("ix_search_duration", "duration", "asset"),
    Index("ix_search_rating", "rating", "asset"),
)
"""One row an asset in sight: what finds are sorted by and ranged over; empty or -1 where nothing is known."""

WORD_COLUMNS = (
    *("name", "shows", "headline", "place", "city", "country", "statement", "caption", "shots", "person"),
    *("keyword", "source", "credit", "creator", "story", "rights", "note", "url", "reason", "language"),
)
"""The columns of ``search_words`` that hold folded text; beside them, ``terms`` holds ``field=value``."""

SEARCH_WORDS = (
    f"CREATE VIRTUAL TABLE search_words USING fts5({', '.join(WORD_COLUMNS)}, terms, "
    "tokenize = \"ascii tokenchars '''=-_.%~'\")"
)

_APPEND_ONLY = (
    *(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'the custody log only grows'); END"
        for table in ("event", "event_asset")
        for verb in ("UPDATE", "DELETE")
    ),
    "CREATE TRIGGER event_no_replace BEFORE INSERT ON event "
    "WHEN EXISTS (SELECT 1 FROM event WHERE sequence = NEW.sequence) "
    "BEGIN SELECT RAISE(ABORT, 'the custody log only grows'); END",
    "CREATE TRIGGER custody_head_no_delete BEFORE DELETE ON custody_head "
    "BEGIN SELECT RAISE(ABORT, 'the custody log only grows'); END",
)

SQLITE_STATEMENTS = (SEARCH_WORDS, *_APPEND_ONLY)
"""What SQLite needs beyond the tables: the word index, and triggers that keep the custody log append-only."""

for _statement in SQLITE_STATEMENTS:
    _ddl = DDL(_statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(metadata, "after_create", _ddl.execute_if(dialect="sqlite"))
