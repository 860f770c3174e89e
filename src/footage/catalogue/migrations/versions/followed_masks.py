"""Flags that silence, and masks that follow what they hide."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Give flags their new columns; what was flagged before neither silences nor follows."""
    metadata = sa.MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s"})
    # The table as the first schema made it, named here so that its rows are copied as plain text.
    before = sa.Table(
        "flag",
        metadata,
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
        sa.Index(op.f("ix_flag_asset"), "asset"),
        sa.Index(op.f("ix_flag_state"), "state"),
    )
    with op.batch_alter_table("flag", copy_from=before, recreate="always") as flag:
        flag.add_column(sa.Column("mute", sa.Boolean(), nullable=False, server_default="0"))
        flag.add_column(sa.Column("follow", sa.Boolean(), nullable=False, server_default="0"))
        flag.add_column(sa.Column("track", sa.LargeBinary(), nullable=True))
        flag.add_column(sa.Column("doubtful", sa.Text(), nullable=False, server_default="[]"))
        flag.add_column(sa.Column("answered", sa.Boolean(), nullable=False, server_default="0"))
