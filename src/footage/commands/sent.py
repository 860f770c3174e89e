"""``footage sent``."""

from typing import TYPE_CHECKING

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session

if TYPE_CHECKING:
    from footage.actions.sent import Sent
    from footage.model.dispatch import Dispatch


@verb("sent", examples="footage sent 1")
@_options.assets(required=False)
@pass_session
def command(session: Session, /, words: tuple[str, ...]) -> None:
    """List what went to whom.

    Each asset of each package and notice, oldest first: when (UTC), which version, and whether a correction
    or a kill followed.
    """
    from footage.actions.find import select
    from footage.actions.sent import sent

    with session.library() as library:
        listed = sent(library, select(library, words, discarded=True) if words else None)
    if listed:
        rows = [_row(one) for one in listed]
        session.table(["asset", "what", "for", "at (UTC)", "since", "folder"], rows, flexible="folder")
    else:
        session.say("nothing was sent yet: footage export ASSETS --to DIR --for CLIENT")
    session.document([_document(one) for one in listed])


def _row(one: "Sent") -> tuple[object, ...]:
    went = one.dispatch
    at = went.at[:16].replace("T", " ")
    what = f"{went.notice or 'package'} {went.version}"
    return one.asset.number, what, went.client, at, _since(one), _folder(went)


def _folder(went: "Dispatch") -> str:
    """Where the package or the notice itself was written."""
    return str(went.record.get("notices") or went.folder) if went.notice else went.folder


def _since(one: "Sent") -> str:
    if one.dispatch.notice or one.followed is None:
        return ""
    return "killed" if one.followed.notice == "kill" else "corrected"


def _document(one: "Sent") -> dict[str, object]:
    went = one.dispatch
    followed = one.followed
    return {
        "asset": one.asset.number,
        "name": one.asset.name,
        "for": went.client or None,
        "folder": _folder(went),
        "package": went.folder,
        "at": went.at,
        "version": went.version,
        "notice": went.notice or None,
        "followed": {"notice": followed.notice, "version": followed.version, "at": followed.at}
        if followed
        else None,
        "killed": one.edition.killed,
        "caption": went.record.get("caption"),
        "credit": went.record.get("credit"),
        "media": went.record.get("media"),
        "sha256": went.record.get("sha256"),
    }
