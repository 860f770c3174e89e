"""Reading captions back: what they say as proposals, and taking these up.

The door that has a caption read is ``caption ASSETS --read TEXT_OR_FILE [--accept]``: :func:`caption_text`
gives the text that the word stands for, :func:`read_back` what it says beside what is stated of the assets,
and with ``accept`` states it. What a person has said already is never changed by it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from footage.actions.facts import Outcome, Restated, facts_change, put_person_facts
from footage.actions.flag import in_sight
from footage.actions.source import source_words
from footage.catalogue import assets, search, sources
from footage.catalogue import facts as fact_rows
from footage.errors import NotFound
from footage.formats.prose import LARGEST, checked_prose, read_prose
from footage.library import Library
from footage.model.asset import Asset
from footage.model.change import Change
from footage.model.english import tidy
from footage.model.facts import Facts, Origin
from footage.model.flag import Flag, State
from footage.model.reading import ReadCaption, read_caption
from footage.model.source import Source
from footage.model.style import Style
from footage.settings import read_style, style_files
from footage.vault import disk_errors

TEXT = "the caption"
_HANDLE = re.compile(r"@\S+")
_BEST = (True, True, True)


@dataclass(frozen=True, slots=True)
class Proposed:
    """One fact that a caption states, beside what is stated of an asset.

    Attributes:
        field: its name.
        read: what the caption says.
        stated: what holds of the asset; None where nothing does.
        kept: whether a person's word stands against it.
    """

    asset: int
    field: str
    read: object
    stated: object = None
    kept: bool = False


@dataclass(frozen=True, slots=True)
class ReadBack:
    """A caption read for assets.

    Attributes:
        proposed: asset by asset.
        remarks: what is unusual about the caption, and what it tells that is no fact of its own.
        outcome: what was stated; None where it was only read.
    """

    read: ReadCaption
    proposed: tuple[Proposed, ...]
    remarks: tuple[str, ...]
    outcome: Outcome | None = None


def caption_text(word: str) -> str:
    """The caption that a person typed, or the text of the file that they named.

    Raises:
        NotFound: it looks like a file's name, and there is no such file.
        BadInput: it is too long, no text, or holds control characters.
    """
    if _is_file(word):
        return read_prose(_content(Path(word)), word)
    if " " not in word.strip() and Path(word).suffix in (".txt", ".md", ".text"):
        raise NotFound(f"there is no file {word}", "type the caption itself between quotes, or name its file")
    return checked_prose(word, TEXT)


def read_back(
    library: Library, numbers: Sequence[int], text: str, style: str | None = None, *, accept: bool = False
) -> ReadBack:
    """Read a caption, and with ``accept`` state what it says of assets; one deed.

    A source that the desk does not know is added then, a stub where its long name is not known.

    Args:
        style: the house style it is in; None for the one of all that fits it best, the library's first.

    Raises:
        NotFound: an unknown asset or style. Refused: an asset is discarded.
        BadInput: the text is too long or holds control characters.
    """
    checked_prose(text, TEXT)
    with library.reading() as connection:
        found = {number: in_sight(assets.get(connection, number)) for number in numbers}
        read = best_reading(library, connection, text, style)
        proposed = tuple(_proposed(connection, numbers, read.facts))
    remarks = (*read.remarks, *_besides(read, found.values()))
    back = ReadBack(read, proposed, tuple(dict.fromkeys(remarks)))
    return replace(back, outcome=_accepted(library, numbers, read)) if accept else back


def best_reading(
    library: Library, connection: Connection, text: str, style: str | None = None
) -> ReadCaption:
    """A caption read in a style; without one, in that of all styles that fits it best.

    Raises:
        NotFound: there is no style of that name.
    """
    known = sources.everything(connection)
    best: ReadCaption | None = None
    for layout in _styles(library, style):
        read = read_caption(text, layout, known, library.settings.agency, library.today())
        if _fit(read) == _BEST:
            return read
        best = read if best is None or _fit(read) > _fit(best) else best
    assert best is not None
    return best


def _fit(read: ReadCaption) -> tuple[bool, bool, bool]:
    """How well a style fits a caption; one whose own credits look otherwise fits less well."""
    return bool(read.style), read.exact, read.facts.credit is None


def add_read_sources(connection: Connection, found: Sequence[Source]) -> list[dict[str, object]]:
    """Keep the sources that a reading found; gives them in words for the custody log.

    A handle that cannot be one is left out.
    """
    made = []
    for source in found:
        handle = source.handle if _HANDLE.fullmatch(source.handle) else ""
        stub = not (source.name and source.in_caption)
        made.append(source_words(sources.add(connection, replace(source, handle=handle, stub=stub))))
    return made


def fill_read_sources(connection: Connection, found: Sequence[Source]) -> list[dict[str, object]]:
    """Fill in stubs with what a reading adds to them; gives the changes in words."""
    changes = []
    for source in found:
        before = sources.get(connection, source.key)
        stub = not (source.name and source.in_caption)
        after = sources.replace(connection, replace(source, stub=stub, revision=before.revision))
        search.reindex_source(connection, after.key)
        changes.append(Change("source", after.key, source_words(before), source_words(after)).words())
    return changes


def _styles(library: Library, style: str | None) -> Iterator[Style]:
    own = library.settings.style
    names = [style] if style else [own, *(name for name in sorted(style_files(library.root)) if name != own)]
    return (read_style(name, library.root) for name in names)


def _accepted(library: Library, numbers: Sequence[int], read: ReadCaption) -> Outcome:
    """State what was read, and nothing against a person's word."""
    with library.deed("caption read") as deed:
        made = add_read_sources(deed.connection, read.new_sources)
        filled = fill_read_sources(deed.connection, read.filled)
        told = fact_rows.of_assets(deed.connection, numbers)
        changed = []
        for number in numbers:
            before = told[number][Origin.PERSON]
            after = before.over(read.facts)
            if after != before:
                put_person_facts(deed.connection, number, after)
                changed.append(Restated("asset", str(number), before, after))
        outcome = Outcome(tuple(changed))
        if changed:
            words = [facts_change("facts", one.key, one.before, one.after).words() for one in changed]
            words = [*filled, *words]
            detail: dict[str, object] = {"changes": words, "read": tidy(read.text)}
            deed.record(outcome.numbers, {**detail, **({"sources": made} if made else {})})
        else:
            deed.cancel()
    return outcome


def _proposed(connection: Connection, numbers: Sequence[int], read: Facts) -> Iterator[Proposed]:
    told = fact_rows.of_assets(connection, numbers)
    settled = fact_rows.settled_of(connection, numbers)
    for number in numbers:
        mine = told[number][Origin.PERSON]
        after = mine.over(read)
        for name in read.stated():
            value, stated = getattr(read, name), getattr(settled[number], name)
            kept = getattr(after, name) != value
            yield Proposed(number, name, value, None if stated == () else stated, kept)


def _besides(read: ReadCaption, found: Iterable[Asset]) -> Iterator[str]:
    """What a caption tells that is stated in other ways than as a fact."""
    for asset in found:
        if asset.kind is not read.subject.kind:
            yield f"it speaks of a {read.subject.kind}, and asset {asset.number} is a {asset.kind}"
    for flag in read.subject.flags:
        if flag.state is State.SOURCE:
            yield f"parts came masked from the source: {_flagging(flag)} tells how and why"
        else:
            yield "it says that we hid or cut something; footage blur does that, and the caption follows"
    for verdict in read.subject.verdicts:
        how = f'--how "{verdict.how}"' if verdict.how else "--not"
        told = f"it says that the {verdict.about} is {verdict.standing}"
        yield f"{told}: footage checked ASSET {verdict.about} {how}"


def _flagging(flag: Flag) -> str:
    reasons = ",".join(flag.reasons) or "REASON"
    span = f" {flag.span.start} {flag.span.end}" if flag.span else ""
    treatment = f" --treatment {flag.treatment}" if flag.treatment else ""
    return f"footage flag ASSET{span} --by-source --reason {reasons}{treatment}"


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except (OSError, ValueError):
        return False


def _content(path: Path) -> bytes:
    with disk_errors(path), path.open("rb") as file:
        return file.read(LARGEST + 1)
