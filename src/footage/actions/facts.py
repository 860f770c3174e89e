"""Facts: stating them of assets, and taking them away."""

import re
from collections.abc import Sequence
from dataclasses import fields, replace
from difflib import get_close_matches

from sqlalchemy import Connection

from footage.actions.source import source_key
from footage.catalogue import facts as fact_rows
from footage.catalogue import search, sources, stories
from footage.errors import Usage
from footage.library import Library
from footage.model.change import Change
from footage.model.facts import Facts, Origin
from footage.model.story import Story

EVERYTHING = "all"
_SLUG = re.compile(r"[^\W_][\w.-]*")


def set_facts(
    library: Library,
    numbers: Sequence[int],
    stated: Facts,
    unset: Sequence[str] = (),
    taken: Sequence[str] = (),
) -> tuple[int, ...]:
    """State facts of assets, and take others away; one deed for all of them.

    Args:
        stated: wins over what was stated before.
        unset: field names; what a person said of them is forgotten, what the story says stands.
        taken: field names (or ``all``) to take up as each file states them of itself.

    Returns:
        The numbers of the assets that changed.

    Raises:
        Usage: a field is unknown, or nothing is stated. NotFound: an unknown source.
    """
    names = [field_name(word) for word in unset]
    wanted = [field_name(word) for word in taken if word != EVERYTHING]
    if not (stated.stated() or names or taken):
        raise Usage("nothing is stated", "footage set --help")
    with library.deed("set") as deed:
        made = _to_be_made(deed.connection, stated)
        resolved = resolve_facts(deed.connection, stated)
        changes = []
        for number in numbers:
            told = fact_rows.of_asset(deed.connection, number)
            before, file = told[Origin.PERSON], told[Origin.FILE]
            proposed = file if EVERYTHING in taken else only(file, wanted)
            after = resolved.over(proposed).over(without(before, names))
            if after != before:
                put_person_facts(deed.connection, number, after)
                changes.append(facts_change("facts", str(number), before, after))
        touched = [int(change.key) for change in changes]
        if not changes:
            deed.cancel()
            return ()
        deed.record(touched, {"changes": [change.words() for change in changes], **made})
    return tuple(touched)


def put_person_facts(connection: Connection, number: int, facts: Facts) -> None:
    """Replace what persons state of an asset, and index it anew."""
    fact_rows.put(connection, number, Origin.PERSON, facts)
    search.index(connection, number)


def check_facts(connection: Connection, stated: Facts) -> None:
    """Refuse facts that name what is not there, before any work is done for them.

    Raises:
        NotFound: an unknown source's key. Usage: a slug that cannot be used.
    """
    for word in (stated.source, *stated.relayed_by):
        if word is not None and not word.startswith("@"):
            sources.get(connection, word)
    if stated.story is not None:
        checked_slug(stated.story)


def resolve_facts(connection: Connection, stated: Facts) -> Facts:
    """Facts with sources' keys in place of handles; an unknown handle becomes a stub, a new story is made.

    Raises:
        NotFound: an unknown source's key. Usage: a slug that cannot be used.
    """
    check_facts(connection, stated)
    if stated.story is not None and stories.find(connection, stated.story) is None:
        stories.add(connection, Story(stated.story))
    source = source_key(connection, stated.source) if stated.source else None
    relayed = tuple(source_key(connection, word) for word in stated.relayed_by)
    return replace(stated, source=source, relayed_by=relayed)


def _to_be_made(connection: Connection, stated: Facts) -> dict[str, object]:
    """The handles and the story that these facts name for the first time, for the custody log."""
    words = [word for word in (stated.source, *stated.relayed_by) if word is not None]
    stubs = [word for word in words if word.startswith("@") and sources.find(connection, word) is None]
    made: dict[str, object] = {"stubs": stubs} if stubs else {}
    if stated.story is not None and stories.find(connection, stated.story) is None:
        made["story"] = stated.story
    return made


def without(facts: Facts, names: Sequence[str]) -> Facts:
    """Facts that say nothing of some fields."""
    silent = Facts()
    return replace(facts, **{name: getattr(silent, name) for name in names})


def only(facts: Facts, names: Sequence[str]) -> Facts:
    """Facts that say nothing but some fields."""
    return Facts(**{name: getattr(facts, name) for name in names})


def facts_change(what: str, key: str, before: Facts, after: Facts) -> Change:
    """A change of facts as the custody log tells it: only the fields that differ."""
    old, new = fact_rows.to_texts(before), fact_rows.to_texts(after)
    differ = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return Change(
        what,
        key,
        {name: old[name] for name in differ if name in old},
        {name: new[name] for name in differ if name in new},
    )


def field_name(word: str) -> str:
    """The field a person means: ``masked-at-source`` and ``masked_at_source`` are one.

    Raises:
        Usage: there is no such field; names the nearest.
    """
    names = [field.name for field in fields(Facts)]
    name = word.strip().lstrip("-").replace("-", "_")
    if name not in names:
        near = get_close_matches(name, names, 1)
        ask = f"did you mean {near[0].replace('_', '-')}?" if near else ", ".join(names)
        raise Usage(f"there is no fact {word!r}", ask)
    return name


def checked_slug(slug: str) -> str:
    """A story's slug.

    Raises:
        Usage: it has spaces or signs that a query could not name.
    """
    if not _SLUG.fullmatch(slug):
        raise Usage(f"{slug!r} cannot be a slug", "use letters, digits, '.', '_' and '-' (bakhmut-2403)")
    return slug
