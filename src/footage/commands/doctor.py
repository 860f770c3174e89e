"""``footage doctor``."""

from footage.commands._group import verb
from footage.commands._session import Session, pass_session


@verb("doctor", examples="footage doctor")
@pass_session
def command(session: Session) -> None:
    """Say what this installation is made of.

    Versions, which rungs of the sandbox hold, and where the library is."""
    from footage.actions.doctor import doctor

    found = doctor()
    root = session.root()
    session.table(["what", "version"], sorted(found.versions.items()))
    session.say()
    rows = [(rung.name, "holds" if rung.active else "does not hold", rung.detail) for rung in found.rungs]
    session.table(["sandbox", "", "detail"], rows)
    session.say()
    session.say(f"library: {root}")
    session.document(
        {
            "versions": found.versions,
            "sandbox": [{"name": r.name, "active": r.active, "detail": r.detail} for r in found.rungs],
            "library": str(root),
        }
    )
