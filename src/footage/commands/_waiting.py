"""Bare ``footage`` in a library: what waits."""

from footage.commands._session import Session


def say_what_waits(session: Session) -> None:
    """Print what waits for a person, with what to type."""
    from footage.actions.waiting import waiting

    with session.library() as library:
        found = waiting(library)
    session.say(f"{found.assets} assets in {session.library_root}")
    rows = [(item.what, item.count, item.numbers_words(), item.hint) for item in found.items]
    if rows:
        session.table(["what waits", "how many", "assets", "try"], rows, flexible="assets")
    else:
        session.say("nothing waits" if found.assets else "the library is empty: footage add PATH")
    session.document(
        {
            "assets": found.assets,
            "waiting": [
                {
                    "what": item.what,
                    "count": item.count,
                    "assets": list(item.assets),
                    "hint": item.hint,
                    "at": item.at.isoformat() if item.at else None,
                }
                for item in found.items
            ],
        }
    )
