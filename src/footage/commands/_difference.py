"""Changes of facts, told field by field."""

import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from footage.actions.facts import Outcome, Restated
    from footage.commands._session import Session


def say_outcome(session: "Session", outcome: "Outcome", *, dry_run: bool) -> None:
    """Say what was changed; of a dry run, field by field what would be."""
    for note in outcome.notes:
        session.note(note)
    if dry_run:
        say_differences(session, outcome.changed)
    if not (dry_run and outcome.changed):
        session.say(f"changed: {', '.join(map(str, outcome.numbers)) or 'nothing'}")
    session.document(
        {
            "changed": list(outcome.numbers),
            "changes": difference_documents(outcome.changed),
            "notes": list(outcome.notes),
        }
    )


def say_differences(session: "Session", changed: "tuple[Restated, ...]") -> None:
    """Print each field's old and new value, record by record; coloured on a terminal."""
    from footage.model.fields import FIELDS
    from footage.model.typed import fact_text

    for one in changed:
        session.say(f"{one.what} {one.key}")
        for name in one.differing():
            for sign, colour, facts in (("-", "red", one.before), ("+", "green", one.after)):
                if name in facts.stated():
                    text = f"{FIELDS[name].option}: {fact_text(getattr(facts, name))}"
                    for line in text.split("\n"):
                        _say_coloured(session, f"  {sign} {line}", colour)


def difference_documents(changed: "tuple[Restated, ...]") -> list[dict[str, Any]]:
    """The same as data: one item a field."""
    from footage.commands._documents import facts_document
    from footage.model.fields import FIELDS

    documents = []
    for one in changed:
        before, after = facts_document(one.before), facts_document(one.after)
        subject: object = int(one.key) if one.what == "asset" else one.key
        for option in (FIELDS[name].option for name in one.differing()):
            told = {"field": option, "before": before.get(option), "after": after.get(option)}
            documents.append({one.what: subject, **told})
    return documents


def _say_coloured(session: "Session", line: str, colour: str) -> None:
    from footage.model.printable import printable

    if session.json:
        return
    wanted = sys.stdout.isatty() and not session.environment.get("NO_COLOR")
    print(click.style(printable(line), fg=colour) if wanted else printable(line))
