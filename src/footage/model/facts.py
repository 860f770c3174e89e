"""Facts: what is known of an asset, and where each of it comes from."""

from dataclasses import dataclass, fields, replace
from enum import StrEnum

from footage.model.moment import Moment


class Origin(StrEnum):
    """Who says a fact; the earlier in this list, the stronger."""

    PERSON = "person"
    STORY = "story"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is stated of an asset or a story; None and empty mean that nothing is.

    Attributes:
        shows: who does what, in the present tense, without a place.
        shot: when it was made; contradicts ``undated``.
        undated: True: nobody knows when it was shot. None: nobody has said.
        released: when the source made it public, by its own clock.
        source: a source's key.
        relayed_by: keys of the sources that passed it on.
        credit: the credit line, where a person wrote one; else it is made.
        rights: usage terms, in words. mandatory_credit: it may not be used without its credit.
        no_archive: it may not be kept after its use. territory: where it may not or may be used.
        creator_title: AP's code for a handout, for instance ("HONS").
        event: what it was made at. alt: what it shows, for those who do not see it. job: the desk's number.
        embargo: not before. expires: not after.
        story: the story's slug.
    """

    shows: str | None = None
    headline: str | None = None
    place: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    shot: Moment | None = None
    undated: bool | None = None
    released: Moment | None = None
    source: str | None = None
    url: str | None = None
    statement: str | None = None
    relayed_by: tuple[str, ...] = ()
    creator: str | None = None
    creator_title: str | None = None
    credit: str | None = None
    person: tuple[str, ...] = ()
    rights: str | None = None
    mandatory_credit: bool | None = None
    no_archive: bool | None = None
    territory: tuple[str, ...] = ()
    embargo: Moment | None = None
    expires: Moment | None = None
    language: str | None = None
    keyword: tuple[str, ...] = ()
    event: str | None = None
    alt: str | None = None
    job: str | None = None
    rating: int | None = None
    masked_at_source: bool | None = None
    story: str | None = None
    note: str | None = None

    def stated(self) -> tuple[str, ...]:
        """The names of the fields that say something.

        >>> Facts(city="Bakhmut", undated=True).stated()
        ('city', 'undated')
        """
        return tuple(f.name for f in fields(self) if getattr(self, f.name) not in (None, ()))

    def over(self, weaker: "Facts") -> "Facts":
        """These facts, and where they are silent the weaker ones.

        A dating decision is one fact: stating ``undated`` silences a weaker ``shot``, and the reverse.

        >>> Facts(undated=True).over(Facts(city="Bakhmut")).stated()
        ('city', 'undated')
        """
        mine = {name: getattr(self, name) for name in self.stated()}
        if mine.get("undated") is True:
            weaker = replace(weaker, shot=None)
        if "shot" in mine:
            weaker = replace(weaker, undated=None)
        return replace(weaker, **mine)

    def within(self, story: "Facts") -> "Facts":
        """These facts of an asset, and where they are silent its story's.

        When a source made footage public, where, with which words, and who passed it on belong to that
        source: an asset that states another one than its story inherits none of these.

        >>> told = Facts(source="a", statement="A's words", city="Bakhmut")
        >>> Facts(source="b").within(told).stated(), Facts(source="a").within(told).statement
        (('city', 'source'), "A's words")
        """
        if self.source and story.source and self.source != story.source:
            story = replace(story, **{name: getattr(Facts(), name) for name in OF_THE_SOURCE})
        return self.over(story)


OF_THE_SOURCE = ("released", "url", "statement", "relayed_by", "creator", "credit")
"""The fields that speak of the source itself: what it did, and how it is credited."""
