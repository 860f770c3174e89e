"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table, the word index, and the triggers that keep the custody log append-only."""
    op.create_table(
        "asset",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("time_base", sa.Text(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("frames", sa.BigInteger(), nullable=False),
        sa.Column("added", sa.Text(), nullable=False),
        sa.Column("damaged", sa.Text(), nullable=False),
        sa.Column("discarded", sa.Text(), nullable=True),
        sa.Column("purged", sa.Boolean(), nullable=False),
        sa.Column("grabbed_from", sa.Integer(), nullable=True),
        sa.Column("grabbed_at", sa.BigInteger(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_asset_sha256")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_asset")),
        sa.UniqueConstraint("sha256", name=op.f("uq_asset_sha256")),
        sa.ForeignKeyConstraint(["grabbed_from"], ["asset.number"], name=op.f("fk_asset_grabbed_from")),
    )
    op.create_index(op.f("ix_asset_grabbed_from"), "asset", ["grabbed_from"], unique=False)
    op.create_index(op.f("ix_asset_name"), "asset", ["name"], unique=False)
    op.create_table(
        "custody_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_custody_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_head")),
    )
    op.create_table(
        "event",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("assets", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_event")),
    )
    op.create_table(
        "source",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("in_caption", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("key_folded", sa.Text(), nullable=False),
        sa.Column("handle_folded", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("article", sa.Boolean(), nullable=False),
        sa.Column("stub", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_source")),
        sa.UniqueConstraint("key_folded", name=op.f("uq_source_key_folded")),
    )
    op.create_index(op.f("ix_source_handle_folded"), "source", ["handle_folded"], unique=False)
    op.create_table(
        "story",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_story")),
    )
    op.create_table(
        "event_asset",
        sa.Column("asset", sa.Integer(), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asset"], ["asset.number"], name=op.f("fk_event_asset_asset")),
        sa.ForeignKeyConstraint(["event"], ["event.sequence"], name=op.f("fk_event_asset_event")),
        sa.PrimaryKeyConstraint("asset", "event", name=op.f("pk_event_asset")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fact",
        sa.Column("asset", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["asset"], ["asset.number"], name=op.f("fk_fact_asset")),
        sa.PrimaryKeyConstraint("asset", "origin", "field", name=op.f("pk_fact")),
    )
    op.create_index("ix_fact_field_value", "fact", ["field", "value"], unique=False)
    op.create_table(
        "flag",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asset", sa.Integer(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=True),
        sa.Column("end", sa.BigInteger(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("poses", sa.Text(), nullable=False),
        sa.Column("treatment", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("looked", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asset"], ["asset.number"], name=op.f("fk_flag_asset")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_flag")),
    )
    op.create_index(op.f("ix_flag_asset"), "flag", ["asset"], unique=False)
    op.create_index(op.f("ix_flag_state"), "flag", ["state"], unique=False)
    op.create_table(
        "frame_index",
        sa.Column("asset", sa.Integer(), nullable=False),
        sa.Column("time_base", sa.Text(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("deltas", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["asset"], ["asset.number"], name=op.f("fk_frame_index_asset")),
        sa.PrimaryKeyConstraint("asset", name=op.f("pk_frame_index")),
    )
    op.create_table(
        "rendition",
        sa.Column("asset", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("recipe", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("extension", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["asset"], ["asset.number"], name=op.f("fk_rendition_asset")),
        sa.PrimaryKeyConstraint("asset", "purpose", "position", name=op.f("pk_rendition")),
    )
    op.create_index(op.f("ix_rendition_sha256"), "rendition", ["sha256"], unique=False)
    op.create_table(
        "search",
        sa.Column("asset", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("released", sa.Text(), nullable=False),
        sa.Column("shot", sa.Text(), nullable=False),
        sa.Column("added", sa.Text(), nullable=False),
        sa.Column("duration", sa.BigInteger(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asset"], ["asset.number"], name=op.f("fk_search_asset")),
        sa.PrimaryKeyConstraint("asset", name=op.f("pk_search")),
    )
    op.create_index("ix_search_added", "search", ["added", "asset"], unique=False)
    op.create_index("ix_search_duration", "search", ["duration", "asset"], unique=False)
    op.create_index("ix_search_name", "search", ["name", "asset"], unique=False)
    op.create_index("ix_search_rating", "search", ["rating", "asset"], unique=False)
    op.create_index("ix_search_released", "search", ["released", "asset"], unique=False)
    op.create_index("ix_search_shot", "search", ["shot", "asset"], unique=False)
    op.create_table(
        "shot",
        sa.Column("asset", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        sa.Column("keyframe", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["asset"], ["asset.number"], name=op.f("fk_shot_asset")),
        sa.PrimaryKeyConstraint("asset", "number", name=op.f("pk_shot")),
    )
    op.create_table(
        "story_fact",
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["story"], ["story.slug"], name=op.f("fk_story_fact_story")),
        sa.PrimaryKeyConstraint("story", "field", name=op.f("pk_story_fact")),
    )
    op.create_table(
        "stream",
        sa.Column("asset", sa.Integer(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("codec", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sample_aspect", sa.Text(), nullable=False),
        sa.Column("rotation", sa.Integer(), nullable=False),
        sa.Column("mirrored", sa.Boolean(), nullable=False),
        sa.Column("pixel_format", sa.Text(), nullable=False),
        sa.Column("full_range", sa.Boolean(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("frame_rate", sa.Text(), nullable=True),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("sample_rate", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asset"], ["asset.number"], name=op.f("fk_stream_asset")),
        sa.PrimaryKeyConstraint("asset", "index", name=op.f("pk_stream")),
    )
    op.create_table(
        "written_caption",
        sa.Column("asset", sa.Integer(), nullable=False),
        sa.Column("style", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asset"], ["asset.number"], name=op.f("fk_written_caption_asset")),
        sa.PrimaryKeyConstraint("asset", "style", name=op.f("pk_written_caption")),
    )
    op.execute(
        "CREATE VIRTUAL TABLE search_words USING fts5(name, shows, headline, place, city, "
        "country, statement, caption, shots, person, keyword, source, credit, creator, story, "
        "rights, note, url, reason, language, terms, tokenize = \"ascii tokenchars '''=-_.%~'\")"
    )
    op.execute(
        "CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the "
        "custody log only grows'); END"
    )
    op.execute(
        "CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the "
        "custody log only grows'); END"
    )
    op.execute(
        "CREATE TRIGGER event_asset_no_update BEFORE UPDATE ON event_asset BEGIN SELECT "
        "RAISE(ABORT, 'the custody log only grows'); END"
    )
    op.execute(
        "CREATE TRIGGER event_asset_no_delete BEFORE DELETE ON event_asset BEGIN SELECT "
        "RAISE(ABORT, 'the custody log only grows'); END"
    )
    op.execute(
        "CREATE TRIGGER event_no_replace BEFORE INSERT ON event WHEN EXISTS (SELECT 1 FROM event "
        "WHERE sequence = NEW.sequence) BEGIN SELECT RAISE(ABORT, 'the custody log only grows'); "
        "END"
    )
    op.execute(
        "CREATE TRIGGER custody_head_no_delete BEFORE DELETE ON custody_head BEGIN SELECT "
        "RAISE(ABORT, 'the custody log only grows'); END"
    )
    op.execute(f"INSERT INTO custody_head VALUES (1, 0, '{'0' * 64}')")
