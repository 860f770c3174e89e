"""Resolving flags: confirming, dismissing, having looked."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from footage.actions.flag import asset_and_index, flag_words, grab_words, propose_on_grabs
from footage.catalogue import flags, renditions, search
from footage.errors import Refused, Usage
from footage.library import Library
from footage.model.asset import Purpose
from footage.model.flag import Flag, State


class Answer(StrEnum):
    """What a person answers."""

    CONFIRM = "confirm"
    DISMISS = "dismiss"
    LOOKED = "looked"


def resolve(library: Library, numbers: Sequence[int], answer: Answer, because: str) -> tuple[Flag, ...]:
    """Answer flags; all of them or none.

    Raises:
        NotFound: no such flag. Usage: a dismissal, or an answer to a doubt, without its reason.
        Refused: the answer does not fit the flag's state.
    """
    if answer is Answer.DISMISS and not because.strip():
        raise Usage("a dismissal needs its reason", "--because TEXT")
    with library.deed("resolve") as deed:
        before = [flags.get(deed.connection, number) for number in dict.fromkeys(numbers)]
        after = []
        for flag in before:
            if answer is Answer.LOOKED:
                masked = renditions.get(deed.connection, flag.asset, Purpose.MASKED)
                changed = _looked(flag, masked.sha256 if masked else "", because)
            else:
                changed = _decided(flag, answer, because)
            after.append(flags.replace(deed.connection, changed))
        proposed: dict[int, int] = {}
        if answer is Answer.CONFIRM:
            for flag in after:
                _, index = asset_and_index(deed.connection, flag.asset)
                proposed |= propose_on_grabs(deed.connection, flag, index)
        touched = list(dict.fromkeys(flag.asset for flag in after))
        for asset in touched:
            search.index(deed.connection, asset)
        detail = {"answer": answer.value, "because": because, "flags": [flag_words(flag) for flag in after]}
        deed.record([*touched, *proposed], detail | grab_words(proposed))
    return tuple(after)


def _decided(flag: Flag, answer: Answer, because: str) -> Flag:
    if answer is Answer.DISMISS:
        if flag.state is State.DISMISSED:
            raise Refused(f"flag {flag.number} is dismissed already", "footage flags")
        return replace(flag, state=State.DISMISSED, because=because, looked="")
    if flag.state not in (State.PROPOSED, State.DISMISSED):
        raise Refused(f"flag {flag.number} is {flag.state} and waits for no answer", "footage flags")
    return replace(flag, state=State.OPEN, because=because)


def _looked(flag: Flag, rendition: str, because: str) -> Flag:
    """A flag whose mask a person looked at, and vouches for where following was in doubt."""
    if flag.in_doubt and not because.strip():
        raise Usage(f"flag {flag.number} is doubtful: say why its mask is right", "--because TEXT")
    because = because or flag.because
    if flag.state is State.MASKED and rendition:
        return replace(flag, looked=rendition, answered=bool(flag.doubtful), because=because)
    if flag.state is State.OPEN and flag.doubtful:
        return replace(flag, answered=True, because=because)
    if flag.state is State.SOURCE:
        told = f"flag {flag.number} tells what its source hid, which needs no look"
        raise Refused(told, f"footage ready {flag.asset}")
    hint = f"footage blur {flag.asset}"
    raise Refused(f"flag {flag.number} is {flag.state}: there is no mask to look at yet", hint)
