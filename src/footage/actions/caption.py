"""Captions: worded from the facts in a house style, or kept as a person wrote them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from footage.actions.flag import asset_and_index
from footage.catalogue import captions, flags, search, sources
from footage.catalogue import facts as fact_rows
from footage.errors import Usage
from footage.library import Library
from footage.model.asset import Asset
from footage.model.caption import Finding, Subject, WrittenCaption
from footage.model.change import Change
from footage.model.printable import printable
from footage.model.style import Style
from footage.model.subeditor import check
from footage.model.wording import compose, credit_line, lacks
from footage.settings import read_style


@dataclass(frozen=True, slots=True)
class Captioned:
    """An asset's caption in a style.

    Attributes:
        text: empty where it cannot be made yet.
        written: whether a person wrote it.
        credit: the credit line; empty where nobody is credited.
        lacks: what is asked for before it can be made, each with the option that states it.
    """

    asset: Asset
    style: str
    text: str
    written: bool
    credit: str
    findings: tuple[Finding, ...]
    lacks: tuple[tuple[str, str], ...]
    subject: Subject


def caption(library: Library, numbers: Sequence[int], style: str | None = None) -> tuple[Captioned, ...]:
    """The captions of assets in a style (None: the library's).

    Raises:
        NotFound: an unknown asset or style.
    """
    layout = read_style(style or library.settings.style)
    with library.reading() as connection:
        return tuple(caption_of(library, connection, number, layout) for number in numbers)


def caption_of(library: Library, connection: Connection, number: int, style: Style) -> Captioned:
    """One asset's caption; a written one is checked against the facts as they are today."""
    asset, _ = asset_and_index(connection, number)
    subject = subject_of(library, connection, asset)
    written = captions.get(connection, number, style.name)
    asked = () if written else lacks(subject)
    today = library.today()
    text = written.text if written else "" if asked else compose(subject, style, today, str(number))
    findings = check(text, subject, style, today) if text else ()
    credit = credit_line(subject.facts, subject.source, subject.agency)
    return Captioned(asset, style.name, text, written is not None, credit, findings, asked, subject)


def subject_of(library: Library, connection: Connection, asset: Asset) -> Subject:
    """All that an asset's caption is worded from."""
    facts = fact_rows.effective(connection, asset.number)
    known = sources.of_keys(connection, [key for key in (facts.source, *facts.relayed_by) if key])
    return Subject(
        kind=asset.kind,
        facts=facts,
        source=known.get(facts.source or ""),
        agency=library.settings.agency,
        relayed_by=tuple(known[key] for key in facts.relayed_by if key in known),
        flags=tuple(flags.of_asset(connection, asset.number)),
        grab=asset.grabbed_from is not None,
    )


def write_caption(library: Library, numbers: Sequence[int], text: str, style: str | None = None) -> None:
    """Keep a caption that a person wrote; an empty text gives the composed one back.

    Raises:
        NotFound: an unknown asset or style. Usage: the text has control characters.
    """
    layout = read_style(style or library.settings.style)
    text = " ".join(text.split())
    if printable(text) != text:
        raise Usage("the caption has signs that cannot be printed", "type it without control characters")
    with library.deed("caption") as deed:
        changes = []
        for number in numbers:
            asset_and_index(deed.connection, number)
            before = captions.get(deed.connection, number, layout.name)
            changes.append(
                Change(
                    "caption",
                    f"{number} {layout.name}",
                    {"text": before.text} if before else {},
                    {"text": text} if text else {},
                ).words()
            )
            put_caption(library, deed.connection, number, layout.name, text)
        deed.record(numbers, {"changes": changes})


def put_caption(library: Library, connection: Connection, number: int, style: str, text: str) -> None:
    """Replace (or with an empty text remove) the caption written for an asset and a style."""
    before = captions.get(connection, number, style)
    if text:
        fresh = WrittenCaption(number, style, text, library.actor, library.now())
        if before is None:
            captions.add(connection, fresh)
        else:
            captions.replace(connection, replace(fresh, revision=before.revision))
    elif before is not None:
        captions.drop(connection, before)
    search.index(connection, number)
