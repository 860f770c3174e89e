"""Facts: stating them of assets, and taking them away."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from footage.actions.codes import expanded_all
from footage.actions.source import source_key
from footage.catalogue import facts as fact_rows
from footage.catalogue import search, sources, stories, verdicts
from footage.errors import Conflict, FootageError, Usage
from footage.library import Library
from footage.model.change import Change
from footage.model.facts import Facts, Origin
from footage.model.fields import FIELDS
from footage.model.moment import moment_text
from footage.model.provenance import About, holding
from footage.model.story import Story
from footage.model.typed import Restatement, fact_text, field_name

EVERYTHING = "all"
_SLUG = re.compile(r"[^\W_][\w.-]*")
_MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Restated:
    """What a deed changed, or a dry run would change, of what persons state.

    Attributes:
        what: ``asset`` or ``story``. key: its number or its slug.
    """

    what: str
    key: str
    before: Facts
    after: Facts

    def differing(self) -> tuple[str, ...]:
        """The fields that differ, in the order in which people are shown them."""
        return tuple(name for name in FIELDS if getattr(self.before, name) != getattr(self.after, name))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of stating facts: the changes, and what the person should know besides."""

    changed: tuple[Restated, ...]
    notes: tuple[str, ...] = ()

    @property
    def numbers(self) -> tuple[int, ...]:
        """The assets that changed."""
        return tuple(int(one.key) for one in self.changed if one.what == "asset")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person wants of one asset's facts.

    Attributes:
        seen: what stood there when it was thought out; None to change whatever stands there.
        where: where it stands in what was read ("row 3"), for what is wrong with it; empty elsewhere.
    """

    restatement: Restatement
    seen: Facts | None = None
    where: str = ""


def set_facts(
    library: Library,
    numbers: Sequence[int],
    stated: Facts,
    unset: Sequence[str] = (),
    taken: Sequence[str] = (),
) -> Outcome:
    """State facts of assets, and take others away; one deed for all of them.

    Args:
        stated: wins over what was stated before.
        unset: field names; what a person said of them is forgotten, what the story says stands, and is told.
        taken: field names (or ``all``) to take up as each file states them of itself.

    Raises:
        Usage: a field is unknown, or nothing is stated. NotFound: an unknown source.
    """
    names = tuple(field_name(word) for word in unset)
    wanted = [field_name(word) for word in taken if word != EVERYTHING]
    if not (stated.stated() or names or taken):
        raise Usage("nothing is stated", "footage set --help")
    with library.reading() as connection:
        told = fact_rows.of_assets(connection, numbers) if taken else {}
    proposed = {
        n: f[Origin.FILE] if EVERYTHING in taken else only(f[Origin.FILE], wanted) for n, f in told.items()
    }
    statements = {
        number: Statement(Restatement(stated.over(proposed.get(number, Facts())), names))
        for number in numbers
    }
    outcome = restate(library, "set", statements)
    notes = _taken_notes({n: only(facts, _unstated(facts, stated)) for n, facts in proposed.items()}, outcome)
    return replace(outcome, notes=(*notes, *outcome.notes))


def restate(library: Library, action: str, statements: Mapping[int, Statement]) -> Outcome:
    """Change what persons state of assets: one deed for all of them, or nothing where one is wrong.

    What the story goes on saying after a person's word was taken away is noted, and what was checked and is
    stated otherwise now.

    Raises:
        Conflict: somebody else changed facts that a statement was thought out over.
        Usage, NotFound: a slug or a source cannot be used; the message tells where it stands.
    """
    with library.deed(action) as deed:
        made = _to_be_made(deed.connection, [one.restatement.stated for one in statements.values()])
        resolved = _resolved(deed.connection, statements)
        counted = _counting_checks(deed.connection, statements)
        told = fact_rows.of_assets(deed.connection, list(statements))
        changed = []
        for number, statement in statements.items():
            before = told[number][Origin.PERSON]
            if statement.seen is not None and statement.seen != before:
                raise _changed_meanwhile(number)
            after = replace(statement.restatement, stated=resolved[number]).of(before)
            if after != before:
                put_person_facts(deed.connection, number, after)
                changed.append(Restated("asset", str(number), before, after))
        lapsed = _lapsed_checks(counted, _counting_checks(deed.connection, statements))
        outcome = Outcome(tuple(changed), (*_still_stated(deed.connection, statements), *lapsed))
        if not changed:
            deed.cancel()
            return outcome
        words = [facts_change("facts", one.key, one.before, one.after).words() for one in changed]
        deed.record(outcome.numbers, {"changes": words, **made})
    return outcome


def restate_typed(library: Library, action: str, statements: Mapping[int, Statement]) -> Outcome:
    """The same of statements as they were typed: their codes are expanded first, and what is none is told."""
    expansions = expanded_all(library, [one.restatement.stated for one in statements.values()])
    notes: list[str] = []
    typed: dict[int, Statement] = {}
    for (number, one), expansion in zip(statements.items(), expansions, strict=True):
        notes += [f"{one.where}: {note}" for note in expansion.notes]
        typed[number] = replace(one, restatement=replace(one.restatement, stated=expansion.facts))
    outcome = restate(library, action, typed)
    return replace(outcome, notes=(*notes, *outcome.notes))


def refuse_all(problems: Sequence[FootageError]) -> FootageError:
    """One refusal for several problems, each in words; it is of the first one's family."""
    first = problems[0]
    told = [problem.message for problem in problems[:_MOST_TOLD]]
    if more := len(problems) - len(told):
        told.append(f"and {more} more")
    error = type(first)("; ".join(told), first.hint)
    error.detail = {"problems": [{"message": one.message, "hint": one.hint} for one in problems]}
    return error


def located(error: FootageError, where: str) -> FootageError:
    """An error that says where its cause stands."""
    return type(error)(f"{where}: {error.message}", error.hint) if where else error


def _resolved(connection: Connection, statements: Mapping[int, Statement]) -> dict[int, Facts]:
    known: dict[Facts, Facts] = {}
    found: dict[int, Facts] = {}
    problems = []
    for number, statement in statements.items():
        stated = statement.restatement.stated
        try:
            if stated not in known:
                known[stated] = resolve_facts(connection, stated)
            found[number] = known[stated]
        except FootageError as error:
            if not statement.where:
                raise
            problems.append(located(error, statement.where))
    if problems:
        raise refuse_all(problems)
    return found


def _still_stated(connection: Connection, statements: Mapping[int, Statement]) -> tuple[str, ...]:
    """What the story goes on saying after a person's word was taken away."""
    unset = {number: one.restatement.unset for number, one in statements.items() if one.restatement.unset}
    settled = fact_rows.settled_of(connection, list(unset))
    told = fact_rows.of_assets(connection, list(unset))
    notes: dict[str, None] = {}
    for number, names in unset.items():
        own, holds = told[number][Origin.PERSON], settled[number]
        for name in names:
            if name in holds.stated() and name not in own.stated():
                option, value = FIELDS[name].option, fact_text(getattr(holds, name))
                says = f"the story {own.story} says {option}: {value}, and it still holds"
                notes[f"{says}; footage story set {own.story} --unset {option} takes it away there"] = None
    return tuple(notes)


def _unstated(proposed: Facts, stated: Facts) -> list[str]:
    """The fields of a file's facts over which nothing else was stated in the same breath."""
    return [name for name in FIELDS if name in proposed.stated() and name not in stated.stated()]


def _taken_notes(taken: Mapping[int, Facts], outcome: Outcome) -> tuple[str, ...]:
    """What was taken up of files, and where a camera's date took the place of a decision."""
    alike: dict[str, list[int]] = {}
    for number, facts in taken.items():
        names = ", ".join(FIELDS[name].option for name in FIELDS if name in facts.stated())
        alike.setdefault(names or "nothing, its file says none of it", []).append(number)
    notes = [f"taken up of asset {_numbers(numbers)}: {names}" for names, numbers in alike.items()]
    for one in outcome.changed:
        if one.before.undated and one.after.shot and taken.get(int(one.key), Facts()).shot:
            notes.append(f"asset {one.key} was undated and is now shot on {moment_text(one.after.shot)}")
    return tuple(notes)


def _counting_checks(connection: Connection, numbers: Iterable[int]) -> dict[int, set[About]]:
    """What was checked of assets and still stands there as it was then."""
    known = list(numbers)
    settled = fact_rows.settled_of(connection, known)
    found = verdicts.of_assets(connection, known)
    return {number: {one.about for one in holding(found[number], settled[number])} for number in known}


def _lapsed_checks(before: Mapping[int, set[About]], after: Mapping[int, set[About]]) -> Iterator[str]:
    for about in About:
        if numbers := [number for number in before if about in before[number] - after[number]]:
            told = _numbers(numbers)
            yield f"the check of the {about} no longer counts: footage checked {told} {about} …"


def _numbers(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))


def _changed_meanwhile(number: int) -> Conflict:
    return Conflict(
        f"the facts of asset {number} were changed by somebody else meanwhile",
        f"look at them with footage show {number}, then state yours again",
    )


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


def _to_be_made(connection: Connection, statements: Iterable[Facts]) -> dict[str, object]:
    """The handles and the stories that facts name for the first time, for the custody log."""
    words, slugs = set[str](), set[str]()
    for stated in statements:
        words |= {word for word in (stated.source, *stated.relayed_by) if word and word.startswith("@")}
        slugs |= {stated.story} if stated.story else set()
    stubs = [word for word in sorted(words) if sources.find(connection, word) is None]
    new = [slug for slug in sorted(slugs) if stories.find(connection, slug) is None]
    made: dict[str, object] = {"stubs": stubs} if stubs else {}
    if new:
        made["story"] = new[0] if len(new) == 1 else new
    return made


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


def checked_slug(slug: str) -> str:
    """A story's slug.

    Raises:
        Usage: it has spaces or signs that a query could not name.
    """
    if not _SLUG.fullmatch(slug):
        raise Usage(f"{slug!r} cannot be a slug", "use letters, digits, '.', '_' and '-' (bakhmut-2403)")
    return slug
