"""``footage show``."""

from typing import TYPE_CHECKING

import click

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session

if TYPE_CHECKING:
    from footage.actions.show import AssetView
    from footage.model.provenance import Verdict


@verb("show", examples="footage show 1")
@click.argument("word", metavar="ASSET")
@pass_session
def command(session: Session, /, word: str) -> None:
    """Show one asset and all known of it."""
    from footage.actions.show import show

    with session.library() as library:
        view = show(library, _options.one_asset(library, word))
    if session.json:
        session.document(_document(view))
    else:
        _say(session, view)


def _document(view: "AssetView") -> dict[str, object]:
    from footage.commands import _documents as documents
    from footage.commands._provenance import provenance_document, verdict_document

    keyframes = {
        row.position: path for row, path in view.renditions if row.purpose.value.endswith("keyframe")
    }
    facts = view.facts
    return {
        **documents.asset_document(
            view.asset,
            credit=view.captioned.credit,
            released=facts.released,
            caption=view.captioned.text,
            story=facts.story,
        ),
        "path": view.asset.path,
        "size": view.asset.size,
        "format": view.asset.format,
        "added": view.asset.added,
        "grabbed_from": view.asset.grabbed_from,
        "facts": documents.facts_document(facts),
        "stated": {origin.value: documents.facts_document(told) for origin, told in view.stated.items()},
        "streams": [documents.stream_document(stream) for stream in view.asset.streams],
        "shots": [
            documents.shot_document(shot, view.index, keyframes.get(shot.number))
            for shot in view.shots
            if view.index is not None
        ],
        "flags": [documents.flag_document(flag, view.index) for flag in view.flags],
        "provenance": {
            "source": facts.source,
            "released": documents.facts_document(facts).get("released"),
            "statement": facts.statement,
            "relayed_by": list(facts.relayed_by),
            "url": facts.url,
            **provenance_document(view.provenance),
        },
        "checked": [
            {**verdict_document(verdict), "holds": verdict in view.captioned.subject.verdicts}
            for verdict in view.verdicts
        ],
        "renditions": [
            {"purpose": row.purpose.value, "position": row.position, "path": path, "sha256": row.sha256}
            for row, path in view.renditions
        ],
        "original": view.original,
        "version": view.edition.version,
        "killed": view.edition.killed,
    }


def _say(session: Session, view: "AssetView") -> None:
    from footage.commands import _documents as documents
    from footage.model.span import clock

    asset = view.asset
    rows: list[tuple[str, object]] = [
        ("asset", f"{asset.number}  {asset.name}"),
        ("sha256", asset.sha256),
        ("kind", f"{asset.kind.value}, {asset.format}, {asset.width} x {asset.height}"),
    ]
    if view.index is not None:
        rate = view.index.rate
        pace = f"{float(rate):g} frames a second" if rate else "variable frame rate"
        rows.append(
            ("length", f"{clock(view.index.duration, thousandths=True)}, {asset.frames} frames, {pace}")
        )
    if asset.damaged:
        rows.append(("damaged", asset.damaged))
    if view.edition.killed is not None:
        rows.append(("killed", view.edition.killed))
    if view.edition.version > 1:
        rows.append(("version", str(view.edition.version)))
    rows += [(stream.kind, _stream_words(stream)) for stream in asset.streams]
    settled = documents.facts_document(view.captioned.subject.facts)
    rows += [(name, documents.fact_words(value)) for name, value in settled.items()]
    rows += _proposed(view)
    rows.append(("credit line", view.captioned.credit or "nobody is credited"))
    lacks = ", ".join(f"{what} ({option})" for what, option in view.captioned.lacks)
    rows += [("provenance", sentence) for sentence in view.provenance.sentences]
    rows += [(f"{verdict.about} checked", _verdict_words(verdict, view)) for verdict in view.verdicts]
    rows.append(("caption", view.captioned.text or f"lacks {lacks}"))
    session.table(["", ""], rows)
    if view.index is not None:
        for shot in view.shots:
            span = (
                f"{clock(view.index.seconds(shot.span.start))} to {clock(view.index.seconds(shot.span.end))}"
            )
            session.say(f"shot {shot.number}: {span}  {shot.transition}  {shot.description}".rstrip())
    for flag in view.flags:
        reasons = ", ".join(flag.reasons)
        session.say(f"flag {flag.number}: {span_words(flag.span, view.index)}  {reasons}  {flag.state}")


def span_words(span: object, index: object) -> str:
    """A span as people read it."""
    from footage.model.span import FrameIndex, Span, exact_clock

    if not isinstance(span, Span) or not isinstance(index, FrameIndex):
        return "the whole"
    first, last = (exact_clock(index.seconds(tick)) for tick in (span.start, span.end))
    return f"{first} to {last}"


def _proposed(view: "AssetView") -> list[tuple[str, object]]:
    """What the file says of itself and nobody has taken up."""
    from footage.commands import _documents as documents
    from footage.model.facts import Origin

    settled = documents.facts_document(view.captioned.subject.facts)
    told = documents.facts_document(view.stated[Origin.FILE])
    return [
        (f"{name} (the file says)", documents.fact_words(value))
        for name, value in told.items()
        if settled.get(name) != value
    ]


def _verdict_words(verdict: "Verdict", view: "AssetView") -> str:
    by = f" by {verdict.how}" if verdict.how else ""
    lapsed = "" if verdict in view.captioned.subject.verdicts else "; something else is stated since"
    return f"{verdict.standing}{by}, {verdict.actor}, {verdict.at[:10]}{lapsed}"


def _stream_words(stream: object) -> str:
    from footage.model.asset import Stream

    assert isinstance(stream, Stream)
    parts = [stream.codec, stream.profile, stream.pixel_format]
    if stream.width:
        parts.append(f"{stream.width} x {stream.height}")
    if stream.rotation:
        parts.append(f"turned by {stream.rotation}°")
    if stream.channels:
        parts.append(f"{stream.channels} channels, {stream.sample_rate} Hz")
    return ", ".join(part for part in [*parts, stream.language] if part)
