"""How a house style lays out a whole caption: its sentences one after another, the credit last."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from footage.model.asset import Kind
from footage.model.style import Medium, Style, Voice
from footage.model.template import Group, Name, Template

THIRD_PARTIES = (Voice.HANDOUT, Voice.SOCIAL, Voice.EYEWITNESS)
"""The voices behind whose credits a style's restrictions stand."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The one template of a whole caption, in the order in which captions are composed.

    Where sentences tell of several things, their names carry a prefix (``cut.because``); ``verified`` and
    ``disclosed`` stand for all that is told of what was checked, and of masks that came with the footage.

    Attributes:
        voices: whose footage it may speak of; a style need not word each in its own way.
        noun: what disclosures call the footage. credit_noun: what credits call it.
        credit: what stands in its place ``credit``.
    """

    medium: Medium
    voices: tuple[Voice, ...]
    dated: bool
    noun: str
    credit_noun: str
    parts: Group
    credit: Template

    @property
    def kind(self) -> Kind:
        """The kind of asset it speaks of."""
        return Kind.VIDEO if self.medium is Medium.VIDEO else Kind.STILL


def layouts(style: Style) -> Iterator[Layout]:
    """Every layout of a style, each once."""
    found: dict[tuple[object, ...], Layout] = {}
    for layout in _all_layouts(style):
        key = (layout.medium, layout.dated, layout.credit.text, str(layout.parts))
        known = found.get(key)
        found[key] = replace(known, voices=(*known.voices, *layout.voices)) if known else layout
    yield from found.values()


def _all_layouts(style: Style) -> Iterator[Layout]:
    for medium, wording in style.media.items():
        for voice in Voice:
            sentences = wording.voices[voice]
            for dated, first in ((False, sentences.undated), (True, sentences.dated)):
                parts = _laid_out(style, voice, first, sentences.released)
                yield Layout(
                    medium,
                    (voice,),
                    dated,
                    wording.noun,
                    wording.credit_noun,
                    parts,
                    style.credit.voices[voice],
                )


def _laid_out(style: Style, voice: Voice, first: Template, released: Template) -> Group:
    disclosure = style.disclosure
    following = (
        released.parts,
        _prefixed(style.people.parts, "shown"),
        Group((Name("verified"),) if style.verification else ()),
        Group((Name("disclosed"),)),
        _prefixed(disclosure.ours.parts, "ours"),
        _prefixed(disclosure.cut.parts, "cut"),
        _prefixed(disclosure.muted.parts, "muted"),
        _with(style.credit.frame.parts, "restrictions", _restrictions(style, voice)),
    )
    return Group((*first.parts.parts, *(Group((" ", part)) for part in following if part.parts)))


def _restrictions(style: Style, voice: Voice) -> Group:
    """What may stand behind a credit; empty where nothing does."""
    if style.handout is None or voice not in THIRD_PARTIES:
        return Group(())
    return _prefixed(style.handout.restrictions.parts, "restrictions")


def _with(group: Group, name: str, by: Group) -> Group:
    """A group with another one in the place of a name; without what falls away where that one is empty."""
    if Name(name) in group.parts and not by.parts:
        return Group(())
    parts = (_with(part, name, by) if isinstance(part, Group) else part for part in group.parts)
    return Group(tuple(by if part == Name(name) else part for part in parts if part != Group(())))


def _prefixed(group: Group, prefix: str) -> Group:
    """A group whose names carry a prefix."""
    return Group(
        tuple(
            Name(f"{prefix}.{part.name}")
            if isinstance(part, Name)
            else _prefixed(part, prefix)
            if isinstance(part, Group)
            else part
            for part in group.parts
        )
    )
