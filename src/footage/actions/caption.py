"""Captions: worded from the facts in a house style, or kept as a person wrote them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from footage.actions.flag import in_sight
from footage.catalogue import assets, captions, search
from footage.catalogue.listings import Listing, listing
from footage.errors import Usage
from footage.library import Library
from footage.model.asset import Asset
from footage.model.caption import Finding, Meter, Subject, WrittenCaption
from footage.model.change import Change
from footage.model.goodform import meter
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
        meter: how much of IIM's fields the caption and the credit line take.
    """

    asset: Asset
    style: str
    text: str
    written: bool
    credit: str
    findings: tuple[Finding, ...]
    lacks: tuple[tuple[str, str], ...]
    subject: Subject
    meter: Meter


def caption(library: Library, numbers: Sequence[int], style: str | None = None) -> tuple[Captioned, ...]:
    """The captions of assets in a style (None: the library's).

    Raises:
        NotFound: an unknown asset or style.
    """
    layout = read_style(style or library.settings.style, library.root)
    with library.reading() as connection:
        return captions_of(library, connection, numbers, layout)


def caption_of(library: Library, connection: Connection, number: int, style: Style) -> Captioned:
    """One asset's caption; a written one is checked against the facts as they are today."""
    return captions_of(library, connection, [number], style)[0]


def captions_of(
    library: Library, connection: Connection, numbers: Sequence[int], style: Style
) -> tuple[Captioned, ...]:
    """The same of several assets, read with a few statements however many they are."""
    known = assets.of_numbers(connection, numbers)
    listed = {one.number: one for one in listing(connection, numbers)}
    today = library.today()
    return tuple(
        _captioned(
            library, in_sight(known.get(number) or assets.get(connection, number)), listed, style, today
        )
        for number in numbers
    )


def _captioned(
    library: Library, asset: Asset, listed: Mapping[int, Listing], style: Style, today: date
) -> Captioned:
    one = listed[asset.number]
    subject = one.subject(library.settings.agency)
    written = one.written(style.name)
    asked = () if written else lacks(subject)
    text = written or ("" if asked else compose(subject, style, today, str(asset.number)))
    findings = check(text, subject, style, today) if text else ()
    credit = credit_line(subject.facts, subject.source, subject.agency)
    measured = meter(text, subject, style)
    return Captioned(asset, style.name, text, bool(written), credit, findings, asked, subject, measured)


def write_caption(library: Library, numbers: Sequence[int], text: str, style: str | None = None) -> None:
    """Keep a caption that a person wrote; an empty text gives the composed one back.

    Raises:
        NotFound: an unknown asset or style. Usage: the text has control characters.
    """
    layout = read_style(style or library.settings.style, library.root)
    text = " ".join(text.split())
    if printable(text) != text:
        raise Usage("the caption has signs that cannot be printed", "type it without control characters")
    with library.deed("caption") as deed:
        changes = []
        for number in numbers:
            in_sight(assets.get(deed.connection, number))
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
