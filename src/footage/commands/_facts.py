"""The FACTS options, shared by ``add``, ``set`` and ``story add``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from footage.errors import Usage

if TYPE_CHECKING:
    from datetime import date

    from footage.model.facts import Facts

_TEXTS = {
    "shows": "Who does what, in the present tense, without a place.",
    "headline": "The headline.",
    "place": "Where, as the caption says it (Bakhmut direction).",
    "city": "The city.",
    "state": "The state, province or oblast.",
    "country": "The country.",
    "source": "Who released it: a source's key, or an @handle.",
    "url": "Where it was published.",
    "statement": "What the source said with it.",
    "creator": "Who made it.",
    "creator-title": "What the creator is to us (HONS, HOGP, Staff).",
    "credit": "The credit line (else made from the source's handle and the agency).",
    "rights": "Usage terms.",
    "event": "What it was made at.",
    "alt": "What it shows, for those who do not see it.",
    "job": "The desk's own number for the job.",
    "language": "The language spoken in it (a code: uk).",
    "note": "A note for the desk; never leaves the house.",
}
_MOMENTS = {
    "shot": "When it was shot.",
    "released": 'When the source made it public (2023-03-24, "2023-03-24 23:50 Europe/Kyiv", today).',
    "embargo": "Not before.",
    "expires": "Not after.",
}
_LISTS = {
    "relayed-by": "A source that passed it on (repeatable).",
    "person": "Somebody shown (repeatable).",
    "keyword": "A keyword (repeatable).",
    "territory": 'Where it may not be used, or only there ("No Russia"; repeatable).',
}


def facts_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb all the FACTS options; they arrive as one ``stated`` mapping for :func:`read_facts`."""
    return click.option("--story", metavar="SLUG", help="The story it belongs to; made if new.")(
        story_facts_options(function)
    )


def story_facts_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a story's own facts."""
    options = [
        *(click.option(f"--{name}", metavar="TEXT", help=text) for name, text in _TEXTS.items()),
        *(click.option(f"--{name}", metavar="DATE", help=text) for name, text in _MOMENTS.items()),
        *(
            click.option(f"--{name}", metavar="TEXT", multiple=True, help=text)
            for name, text in _LISTS.items()
        ),
        click.option("--undated", is_flag=True, default=None, help="Nobody knows when it was shot."),
        click.option("--rating", type=click.IntRange(0, 5), help="Stars."),
        click.option("--mandatory-credit", is_flag=True, default=None, help="Not without its credit line."),
        click.option("--no-archive", is_flag=True, default=None, help="Not to be kept after its use."),
        click.option(
            "--masked-at-source", is_flag=True, default=None, help="Parts were hidden before it reached us."
        ),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def read_facts(stated: dict[str, Any], today: "date") -> "Facts":
    """The facts that options stated.

    Raises:
        Usage: a date cannot be read, or ``--shot`` and ``--undated`` contradict each other.
    """
    from footage.model.facts import Facts
    from footage.model.moment import parse_moment

    values: dict[str, Any] = {}
    for name, value in stated.items():
        if value is None or value == ():
            continue
        if name in _MOMENTS:
            value = parse_moment(value, today)
        elif isinstance(value, str) and not value.strip():
            option = name.replace("_", "-")
            raise Usage(f"--{option} is empty", f"to take a fact away: --unset {option}")
        values[name] = value
    if "shot" in values and values.get("undated"):
        raise Usage("--shot and --undated contradict each other", "give one of the two")
    return Facts(**values)
