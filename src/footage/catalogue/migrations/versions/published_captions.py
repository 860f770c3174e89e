"""Provenance, verdicts, standing texts, what went to whom, subtitles and soundbites; withheld names."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the new tables; nothing is known in them of what is there already, and no name is withheld."""
    _withhold_names()
    op.create_table(
        "handover",
        _asset(),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("on", sa.Text(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        *_of_asset("handover", "asset", "position"),
    )
    op.create_table(
        "verdict",
        _asset(),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        *_of_asset("verdict", "asset", "about"),
    )
    op.create_table(
        "standing_text",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Text(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_standing_text")),
    )
    op.create_table(
        "edition",
        _asset(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("killed", sa.Text(), nullable=True),
        *_of_asset("edition", "asset"),
    )
    op.create_table(
        "dispatch",
        sa.Column("number", sa.Integer(), nullable=False),
        _asset(),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        *_of_asset("dispatch", "number"),
    )
    op.create_index(op.f("ix_dispatch_asset"), "dispatch", ["asset"], unique=False)
    op.create_table(
        "subtitle",
        _asset(),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("cues", sa.Text(), nullable=False),
        *_of_asset("subtitle", "asset", "language"),
    )
    op.create_table(
        "soundbite",
        _asset(),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("speaker", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        *_of_asset("soundbite", "asset", "start"),
    )


def _withhold_names() -> None:
    metadata = sa.MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s"})
    # The table as the first schema made it, named here so that its rows are copied as plain text.
    before = sa.Table(
        "source",
        metadata,
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
        sa.Index(op.f("ix_source_handle_folded"), "handle_folded"),
    )
    with op.batch_alter_table("source", copy_from=before, recreate="always") as source:
        source.add_column(sa.Column("withheld", sa.Boolean(), nullable=False, server_default="0"))


def _asset() -> sa.Column[int]:
    return sa.Column("asset", sa.Integer(), nullable=False)


def _of_asset(table: str, *keys: str) -> tuple[sa.ForeignKeyConstraint, sa.PrimaryKeyConstraint]:
    """A table's constraints: its rows belong to assets, and these columns tell them apart."""
    return (
        sa.ForeignKeyConstraint(["asset"], ["asset.number"], name=op.f(f"fk_{table}_asset")),
        sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{table}")),
    )
