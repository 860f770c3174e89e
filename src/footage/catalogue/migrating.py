"""Bringing an older catalogue to this program's schema; imported only when one is met."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from footage.catalogue.opening import schema_version
from footage.errors import Refused


def migrate(connection: Connection, path: Path) -> None:
    """Run the migrations that are missing, in the transaction that is open.

    Raises:
        Refused: the catalogue was made by a newer program.
    """
    config = migrations()
    version = schema_version(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise Refused(
            f"{path} was written by a newer footage (schema {version})",
            "install the newest version of footage on this machine",
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def migrations() -> Config:
    """Alembic's settings, without a file: the migrations are part of the package."""
    config = Config()
    config.set_main_option("script_location", "footage.catalogue:migrations")
    return config
