"""How corrections and kills are told to the desk that made them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from footage.commands._session import Session

if TYPE_CHECKING:
    from footage.actions.notices import Notified
    from footage.library import Library
    from footage.model.notice import Notice


def note_receivers(
    session: Session, library: "Library", numbers: Sequence[int], *, gone: bool = False
) -> None:
    """Note who has assets that were changed just now, and how to tell them.

    Args:
        gone: they were put out of sight.
    """
    from footage.actions.sent import told_again_of

    for words in told_again_of(library, numbers, gone=gone):
        session.note(f"note: {words}")


def say_notified(session: Session, done: "Notified", *, dry_run: bool) -> None:
    """Print who is told what, and where the notices lie."""
    for one in done.notices:
        session.say(f"to {one.notice.to or 'nobody named'}: {one.folder}")
        _say_items(session, one.notice)
    for number, why in done.left_out:
        session.say(f"asset {number}: {why}")
    for note in done.notes:
        session.note(f"note: {note}")
    if done.folder is not None:
        session.say(f"the notices {'would be' if dry_run else 'are'} in {done.folder}")


def notified_document(done: "Notified") -> dict[str, object]:
    """What a correction or a kill did, for ``--json``."""
    return {
        "notice": done.kind.value,
        "folder": done.folder,
        "versions": [{"asset": number, "version": version} for number, version in done.versions.items()],
        "notices": [
            {
                "for": one.notice.to or None,
                "folder": one.folder,
                "items": [
                    {
                        "asset": item.asset,
                        "version": item.version,
                        "packages": [{"folder": each.folder, "sent": each.sent} for each in item.packages],
                        "caption": item.caption,
                        "media_changed": item.media_changed,
                        "differences": [
                            {"field": each.field, "before": each.before, "after": each.after}
                            for each in item.differences
                        ],
                    }
                    for item in one.notice.items
                ],
            }
            for one in done.notices
        ],
        "left_out": [{"asset": number, "why": why} for number, why in done.left_out],
        "notes": list(done.notes),
    }


def _say_items(session: Session, notice: "Notice") -> None:
    for item in notice.items:
        session.say(f"  asset {item.asset}, version {item.version}: {item.name}")
        for each in item.differences:
            session.say(f"    {each.label}")
            session.say(f"      - {each.before or '(nothing)'}")
            session.say(f"      + {each.after or '(nothing)'}")
