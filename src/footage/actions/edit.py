"""Facts in an editor: the text to edit, and stating what was changed in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from footage.actions.facts import Outcome, Statement, located, refuse_all, restate_typed
from footage.catalogue import assets
from footage.catalogue import facts as fact_rows
from footage.errors import FootageError, Usage
from footage.formats.facts_text import Line, Section, read_facts_text, write_facts_text
from footage.library import Library
from footage.model.asset import Asset
from footage.model.facts import Facts, Origin
from footage.model.fields import FIELDS, Sort
from footage.model.typed import Restatement, fact_text, field_name, restated

_SORTS = {
    Sort.TRUTH: "yes or no",
    Sort.LIST: "several, with | between",
    Sort.NUMBER: "0 to 5",
}


@dataclass(frozen=True, slots=True)
class Editing:
    """Facts that were put before a person: the text, and what stood there when it was made."""

    text: str
    seen: Mapping[int, Facts]


def begin_editing(library: Library, numbers: Sequence[int]) -> Editing:
    """The facts of assets as a text to edit."""
    with library.reading() as connection:
        found = assets.of_numbers(connection, numbers)
        told = fact_rows.of_assets(connection, list(found))
        slugs = {facts.story for origins in told.values() if (facts := origins[Origin.PERSON]).story}
        stories = fact_rows.of_stories(connection, slugs)
    sections = [_section(asset, told[number], stories) for number, asset in found.items()]
    seen = {number: origins[Origin.PERSON] for number, origins in told.items()}
    return Editing(write_facts_text(_opening(), sections), seen)


def finish_editing(library: Library, editing: Editing, content: bytes) -> Outcome:
    """State what an edited text says otherwise than the text that was put before the person; one deed.

    A field whose line is empty or gone is taken away. An asset whose section is gone stays as it is.

    Raises:
        BadInput: the text cannot be decoded. Usage: a line cannot be read. NotFound: an unknown source.
        Conflict: somebody else changed the facts of an edited asset meanwhile. Nothing is changed then.
    """
    statements: dict[int, Statement] = {}
    problems: list[FootageError] = []
    for number, lines in read_facts_text(content).items():
        try:
            change = _change(library, editing, number, lines)
        except FootageError as error:
            problems.append(error)
        else:
            if change:
                statements[number] = Statement(change, editing.seen[number], f"asset {number}")
    if problems:
        raise refuse_all(problems)
    return restate_typed(library, "edit", statements)


def _change(library: Library, editing: Editing, number: int, lines: Mapping[str, Line]) -> Restatement:
    if number not in editing.seen:
        known = ", ".join(map(str, editing.seen))
        raise Usage(f"asset {number} was not there to edit", f"keep to the sections of {known}")
    named = {_named(name, line): line for name, line in lines.items()}
    texts = {name: (named[name].value or None) if name in named else None for name in FIELDS}

    def where(name: str) -> str:
        return f"line {named[name].number} ({FIELDS[name].option})"

    return restated(editing.seen[number], texts, library.today(), where)


def _named(name: str, line: Line) -> str:
    try:
        return field_name(name)
    except Usage as error:
        raise located(error, f"line {line.number}") from error


def _opening() -> Iterator[str]:
    yield "Change what stands behind a colon; save, and leave the editor. An unchanged text changes nothing."
    yield "An emptied field is taken away. A text without its [asset] lines changes nothing."
    yield "Lines that begin with # say nothing. A value goes on in lines that begin with a space."
    yield ""
    width = max(len(field.option) for field in FIELDS.values())
    for field in FIELDS.values():
        sort = f" ({_SORTS[field.sort]})" if field.sort in _SORTS else ""
        yield f"{field.option:{width}}  {field.help.rstrip('.')}{sort}"


def _section(asset: Asset, told: Mapping[Origin, Facts], stories: Mapping[str, Facts]) -> Section:
    own, slug = told[Origin.PERSON], told[Origin.PERSON].story or ""
    asides: dict[str, list[str]] = {}
    for who, facts in ((f"the story {slug}", stories.get(slug, Facts())), ("the file", told[Origin.FILE])):
        for name in facts.stated():
            asides.setdefault(FIELDS[name].option, []).append(
                f"{who} says: {fact_text(getattr(facts, name))}"
            )
    lines = [(field.option, fact_text(getattr(own, name))) for name, field in FIELDS.items()]
    return Section(asset.number, f"{asset.name} ({asset.kind.value})", lines, asides)
