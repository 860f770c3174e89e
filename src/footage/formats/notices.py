"""Notices as text for people and as JSON for the systems that act on them; see ``pages`` for the page."""

import json
import textwrap
from collections.abc import Iterator, Sequence

from footage.model.dispatch import NoticeKind
from footage.model.notice import Notice, NoticeItem, NoticePackage, status_of
from footage.model.printable import printable

_WIDTH = 78


def notice_text(notice: Notice) -> str:
    """A notice as plain text; captions stand in one line each, to be taken whole."""
    return "".join(f"{line}\n" for line in _lines(notice))


def notice_document(notice: Notice, files: Sequence[tuple[str, str, int]]) -> bytes:
    """A notice as JSON in UTF-8; text that is no Unicode stands in JSON's own escapes.

    Args:
        files: what lies beside it: path, SHA-256, size in bytes.
    """
    document = {
        "notice": notice.kind.value,
        "pubStatus": notice.status.value,
        "agency": notice.agency,
        "program": notice.program,
        "to": notice.to,
        "made": notice.made,
        "because": notice.reason,
        "items": [_item(item, notice.kind) for item in notice.items],
        "files": [{"path": path, "sha256": sha256, "size": size} for path, sha256, size in files],
    }
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "backslashreplace")


def _item(item: NoticeItem, kind: NoticeKind) -> dict[str, object]:
    return {
        "asset": item.asset,
        "guid": item.guid,
        "name": item.name,
        "kind": item.kind,
        "version": item.version,
        "packages": [
            {
                "folder": package.folder,
                "sent": package.sent,
                "version": package.version,
                "media": package.media,
                "sha256": package.sha256,
            }
            for package in item.packages
        ],
        "caption": item.caption,
        "credit": item.credit,
        "headline": item.headline,
        "pubStatus": status_of(kind, media_changed=item.media_changed).value,
        "media": "replaced" if item.media_changed else "unchanged",
        "differences": [
            {"field": one.field, "before": one.before, "after": one.after} for one in item.differences
        ],
        "files": list(item.files),
    }


def _lines(notice: Notice) -> Iterator[str]:
    wording = notice.wording
    yield f"{wording.title} from {printable(notice.agency)}"
    yield ""
    if notice.to:
        yield f"To: {printable(notice.to)}"
    yield f"Date: {notice.made}"
    yield f"Reason: {printable(notice.reason)}"
    yield ""
    yield from textwrap.wrap(wording.order, _WIDTH)
    for item in notice.items:
        yield ""
        yield "-" * _WIDTH
        yield from _item_lines(item, notice)
    yield ""
    yield "-" * _WIDTH
    yield f"End of the notice. {printable(notice.agency)}"


def _item_lines(item: NoticeItem, notice: Notice) -> Iterator[str]:
    wording = notice.wording
    yield printable(f"{item.headline or item.name} ({item.kind}), version {item.version}")
    for package in item.packages:
        yield f"  {printable(_sent(package))}"
    yield f"  {printable(item.guid)}"
    yield ""
    if item.media_changed:
        yield from textwrap.wrap(wording.media, _WIDTH)
        yield ""
    yield f"{wording.caption}:"
    yield ""
    yield printable(item.caption)
    if item.differences:
        yield ""
        yield "WHAT HAS CHANGED:"
    for one in item.differences:
        yield f"  {one.label}"
        yield f"    it was: {printable(one.before) or '(nothing)'}"
        yield f"    it is:  {printable(one.after) or '(nothing)'}"


def _sent(package: NoticePackage) -> str:
    at = package.sent[:16].replace("T", " ")
    return f"sent as {package.media} in package {package.folder}, version {package.version}, {at} UTC"
