"""What search knows of an asset: its words by column, its exact terms, and what finds are sorted by."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from unicodedata import normalize
from urllib.parse import quote

from sqlalchemy import Connection, select

from footage.catalogue import assets, captions, facts, flags, sources, tables
from footage.catalogue.batches import batches
from footage.model.asset import Asset
from footage.model.caption import WrittenCaption
from footage.model.facts import Facts, Origin
from footage.model.flag import Flag, State
from footage.model.folding import fold
from footage.model.moment import Moment, moment_text
from footage.model.source import Source
from footage.model.wording import credit_line

_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Document:
    """One asset as search keeps it.

    Attributes:
        words: folded text by column of ``search_words``, ``terms`` among them.
        order: the columns of ``search``.
    """

    asset: int
    words: Mapping[str, str]
    order: Mapping[str, str | int]


def term(field: str, value: str) -> str:
    """An exact term as the word index keeps it.

    >>> term("source", "@92OMBr")
    'source=%4092ombr'
    """
    folded = normalize("NFC", value.casefold())
    return f"{field}={quote(folded.encode('utf-8', 'surrogatepass'), safe='')}"


def microseconds(seconds: Fraction) -> int:
    """Whole microseconds, rounded down."""
    return seconds.numerator * _MICROSECONDS // seconds.denominator


def documents(connection: Connection, numbers: Sequence[int]) -> Iterator[Document]:
    """What search should know of several assets; discarded ones are left out."""
    shown = [asset for asset in assets.of_numbers(connection, numbers).values() if asset.discarded is None]
    found = [asset.number for asset in shown]
    known_facts = facts.effective_of(connection, found)
    told_by_files = facts.of_assets(connection, found)
    keys = {key for known in known_facts.values() for key in (known.source, *known.relayed_by) if key}
    known_sources = sources.of_keys(connection, keys)
    known_shots = _shot_words(connection, found)
    known_captions = captions.of_assets(connection, found)
    known_flags = flags.of_assets(connection, found)
    for asset in shown:
        number = asset.number
        parts = _Parts(
            asset,
            known_facts[number],
            told_by_files[number][Origin.FILE].shows or "",
            known_sources,
            known_shots.get(number, ""),
            known_captions[number],
            known_flags[number],
        )
        yield Document(number, parts.words(), parts.order())


@dataclass(frozen=True, slots=True)
class _Parts:
    asset: Asset
    facts: Facts
    described: str
    sources: Mapping[str, Source]
    shots: str
    captions: Sequence[WrittenCaption]
    flags: Sequence[Flag]

    def words(self) -> dict[str, str]:
        told = self.facts
        by, relays = self._source(told.source), [self._source(key) for key in told.relayed_by]
        texts = {
            "name": self.asset.name,
            "shows": _lines(told.shows or self.described, told.alt),
            "headline": told.headline,
            "place": _lines(told.place, told.state),
            "city": told.city,
            "country": told.country,
            "statement": told.statement,
            "caption": "\n".join(self._caption()),
            "shots": self.shots,
            "person": "\n".join(told.person),
            "keyword": _lines(*told.keyword, told.event),
            "source": "\n".join(_source_words(source) for source in (by, *relays) if source),
            "credit": self._credit(),
            "creator": told.creator,
            "story": told.story,
            "rights": _lines(told.rights, *told.territory),
            "note": _lines(told.note, told.job, *(flag.note for flag in self.flags)),
            "url": told.url,
            "reason": " ".join(reason for flag in _weighing(self.flags) for reason in flag.reasons),
        }
        folded = {column: fold(text) if text else "" for column, text in texts.items()}
        return folded | {"terms": " ".join(dict.fromkeys(self._terms()))}

    def order(self) -> dict[str, str | int]:
        duration = self.asset.duration
        return {
            "name": fold(self.asset.name),
            "released": _sortable(self.facts.released),
            "shot": _sortable(self.facts.shot),
            "added": self.asset.added,
            "duration": -1 if duration is None else microseconds(duration),
            "rating": -1 if self.facts.rating is None else self.facts.rating,
        }

    def _terms(self) -> Iterator[str]:
        told, by = self.facts, self._source(self.facts.source)
        yield "all"
        yield term("kind", self.asset.kind)
        yield term("damaged", _yes(self.asset.damaged))
        yield term("undated", _yes(told.undated))
        yield term("masked_at_source", _yes(told.masked_at_source))
        yield term("grabbed", _yes(self.asset.grabbed_from))
        yield from _flag_terms(self.flags)
        yield from (term("has", name) for name in self._stated())
        for day, field in ((told.released, "released"), (told.shot, "shot")):
            if day is not None:
                yield from _day_terms(field, day.day.isoformat())
        yield from _day_terms("added", self.asset.added[:10])
        yield from (
            term(field, value)
            for field, value in (("story", told.story), ("language", told.language))
            if value
        )
        yield from _name_terms("source", told.source, by)
        for key in told.relayed_by:
            yield from _name_terms("relayed_by", key, self._source(key))

    def _stated(self) -> Iterator[str]:
        yield from self.facts.stated()
        if not self.facts.credit and self._credit():
            yield from ("credit", "made_credit")
        if self.captions:
            yield "caption"
        if self.shots:
            yield "shots"
        if self.asset.duration is not None:
            yield "duration"
        if _weighing(self.flags):
            yield from ("flagged", "reason")
        yield from ("name", "added")

    def _caption(self) -> list[str]:
        """The captions as written; where nobody wrote one, the words that every made one has."""
        written = [caption.text for caption in self.captions]
        facts = (self.facts.shows, self.facts.place, self.facts.city, self.facts.country)
        return written or [words for words in facts if words]

    def _credit(self) -> str:
        """The credit line without our own name, which a library's settings may change."""
        return credit_line(self.facts, self._source(self.facts.source), "")

    def _source(self, key: str | None) -> Source | None:
        return self.sources.get(key) if key else None


def _weighing(found: Collection[Flag]) -> list[Flag]:
    return [flag for flag in found if flag.state is not State.DISMISSED]


def _flag_terms(found: Collection[Flag]) -> Iterator[str]:
    yield from (term("flagged", flag.state) for flag in found)
    for flag in _weighing(found):
        yield from (term("reason", reason) for reason in flag.reasons)


def _day_terms(field: str, day: str) -> Iterator[str]:
    yield from (term(field, day[:length]) for length in (4, 7, 10))


def _name_terms(field: str, key: str | None, source: Source | None) -> Iterator[str]:
    if key:
        yield term(field, key)
    if source is not None and source.handle:
        yield term(field, source.handle)


def _source_words(source: Source) -> str:
    return "\n".join((source.key, source.name, source.in_caption, source.handle))


def _sortable(moment: Moment | None) -> str:
    return "" if moment is None else moment_text(moment)


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _shot_words(connection: Connection, numbers: Sequence[int]) -> dict[int, str]:
    shot, found = tables.shot, dict[int, str]()
    for batch in batches(numbers):
        told = select(shot.c.asset, shot.c.description).where(
            shot.c.asset.in_(batch), shot.c.description != ""
        )
        for number, description in connection.execute(told.order_by(shot.c.asset, shot.c.number)):
            found[number] = f"{found.get(number, '')}\n{description}"
    return found


def _lines(*texts: str | None) -> str:
    return "\n".join(filter(None, texts))
