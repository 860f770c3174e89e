"""Stories: slugged news items that group assets with their text."""

from dataclasses import dataclass, field

from footage.model.facts import Facts


@dataclass(frozen=True, slots=True)
class Story:
    """A slugged news item; its assets inherit its facts."""

    slug: str
    facts: Facts = field(default_factory=Facts)
    text: str = ""
    revision: int = 1
