"""Sources: add one, change one, list them."""

import re
from dataclasses import replace

from sqlalchemy import Connection

from footage.catalogue import search, sources
from footage.errors import Usage
from footage.library import Library
from footage.model.change import Change
from footage.model.source import Source

_KEY = re.compile(r"[a-z0-9][a-z0-9._-]*")


def add_source(library: Library, source: Source) -> Source:
    """Add a source; a stub of the same key is filled in rather than doubled.

    Raises:
        Usage: the key, the handle or the names cannot be used.
        Conflict: the key or the handle is taken.
    """
    _check(source)
    with library.deed("source add") as deed:
        stub = sources.find(deed.connection, source.key)
        if stub is not None and stub.stub:
            made = sources.replace(deed.connection, replace(source, revision=stub.revision))
            search.reindex_source(deed.connection, made.key)
        else:
            made = sources.add(deed.connection, source)
        deed.record([], {"source": source_words(made)})
    return made


def set_source(library: Library, key: str, stated: dict[str, object]) -> Source:
    """Change what is stated of a source; a stub whose name and words are stated is one no longer.

    Raises:
        NotFound: there is no such source. Usage: a value cannot be used.
    """
    with library.deed("source set") as deed:
        before = sources.get(deed.connection, key)
        after = replace(before, **stated)  # type: ignore[arg-type]
        after = replace(after, stub=not (after.name and after.in_caption))
        _check(after)
        after = sources.replace(deed.connection, after)
        search.reindex_source(deed.connection, after.key)
        change = Change("source", after.key, source_words(before), source_words(after))
        deed.record([], {"changes": [change.words()]})
    return after


def list_sources(library: Library) -> tuple[Source, ...]:
    """All sources, by key."""
    with library.reading() as connection:
        return tuple(sources.everything(connection))


def show_source(library: Library, key: str) -> Source:
    """One source, by its key or its @handle.

    Raises:
        NotFound: there is no such source.
    """
    with library.reading() as connection:
        return sources.get(connection, key)


def source_key(connection: Connection, word: str) -> str:
    """The key that a key or an @handle stands for; an unknown handle becomes a stub.

    Raises:
        NotFound: an unknown key.
    """
    if word.startswith("@") and sources.find(connection, word) is None:
        return sources.add(connection, _stub(connection, word)).key
    return sources.get(connection, word).key


def source_words(source: Source) -> dict[str, object]:
    """What the custody log says of a source."""
    return {
        "key": source.key,
        "name": source.name,
        "in_caption": source.in_caption,
        "handle": source.handle,
        "kind": source.kind.value,
        "article": source.article,
        "stub": source.stub,
        "withheld": source.withheld,
    }


def _stub(connection: Connection, handle: str) -> Source:
    base = re.sub(r"[^a-z0-9._-]", "", handle.casefold()) or "source"
    key, count = base, 1
    while sources.find(connection, key) is not None:
        count += 1
        key = f"{base}{count}"
    return Source(key, handle=handle, stub=True)


def _check(source: Source) -> None:
    if not _KEY.fullmatch(source.key):
        raise Usage(
            f"{source.key!r} cannot be a source's key", "use small letters, digits, '.', '_' and '-' (92ombr)"
        )
    if source.handle and not re.fullmatch(r"@\S+", source.handle):
        raise Usage(f"{source.handle!r} is no handle", "a handle begins with @ and has no spaces (@92OMBr)")
    if not source.stub and not (source.name.strip() and source.in_caption.strip()):
        raise Usage("a source needs its long name and its words in captions", "give --name and --in-caption")
