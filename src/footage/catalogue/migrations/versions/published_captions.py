"""Provenance, verdicts, standing texts, what went to whom, subtitles and soundbites."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the new tables; nothing is known in them of what is there already."""
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


def _asset() -> sa.Column[int]:
    return sa.Column("asset", sa.Integer(), nullable=False)


def _of_asset(table: str, *keys: str) -> tuple[sa.ForeignKeyConstraint, sa.PrimaryKeyConstraint]:
    """A table's constraints: its rows belong to assets, and these columns tell them apart."""
    return (
        sa.ForeignKeyConstraint(["asset"], ["asset.number"], name=op.f(f"fk_{table}_asset")),
        sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{table}")),
    )
