"""The events of the custody log in a few words each."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from footage.model.change import changes_of

if TYPE_CHECKING:
    from footage.model.custody import Event

Told = Mapping[str, object]


def in_short(event: "Event") -> str:
    """What a person wants to read of an event; the whole detail where there is no short word for it."""
    from footage.model.custody import canonical

    told = event.detail
    if words := _WORDS.get(event.action):
        return words(told)
    changes = changes_of(told)
    if changes:
        return "; ".join(f"{one.what} {one.key}: {', '.join({**one.before, **one.after})}" for one in changes)
    return canonical(told)


def _begun(told: Told) -> str:
    return f"{told.get('agency')}, style {told.get('style')}, treatment {told.get('treatment')}"


def _added(told: Told) -> str:
    return (
        f"seen again: {told['seen again']}"
        if "seen again" in told
        else f"{told.get('name')} from {told.get('path')}"
    )


def _exported(told: Told) -> str:
    client = f" for {told['for']}" if told.get("for") else ""
    return f"to {told.get('folder')}{client}, {told.get('profile')}, style {told.get('style')}"


def _because(told: Told) -> str:
    return f"because: {told.get('because')}"


def _flag(value: object) -> str:
    """A flag as events keep it; its span stands there in ticks, which say nothing to a person."""
    if not isinstance(value, Mapping):
        return ""
    poses = _list(value.get("poses"))
    parts = (
        ", ".join(_list(value.get("reasons"))),
        str(value.get("state", "")),
        "a part of it" if value.get("span") else "the whole of it",
        str(value.get("treatment") or ""),
        f"{len(poses)} poses" if len(poses) > 1 else "",
        "follows" if "followed" in value else "",
        "mute" if value.get("mute") else "",
        str(value.get("note") or ""),
    )
    return f"flag {value.get('flag')}: {', '.join(filter(None, parts))}"


def _flagged(told: Told) -> str:
    return _flag(told.get("flag")) + _proposed(told)


def _edited(told: Told) -> str:
    before, after = _flag(told.get("before")), _flag(told.get("after"))
    return (after if before == after else f"{before} -> {after.partition(': ')[2]}") + _proposed(told)


def _proposed(told: Told) -> str:
    """On which grabs a flag was proposed, too."""
    grabs = [str(one.get("asset")) for one in _mappings(told.get("grabs"))]
    return f"; proposed on the grab{'s'[: len(grabs) != 1]} {', '.join(grabs)}" if grabs else ""


def _likened(told: Told) -> str:
    return f"from asset {told.get('like')}: " + "; ".join(map(_flag, _mappings(told.get("flags"))))


def _blurred(told: Told) -> str:
    pairs = zip(_list(told.get("flags")), _list(told.get("treatments")), strict=False)
    return "; ".join(f"flag {number}: {treatment}" for number, treatment in pairs) + "; proven"


def _resolved(told: Told) -> str:
    because = f", because: {told['because']}" if told.get("because") else ""
    flags = "; ".join(map(_flag, _mappings(told.get("flags"))))
    return f"{told.get('answer')}{because}: {flags}{_proposed(told)}"


def _grabbed(told: Told) -> str:
    flags = _list(told.get("flags"))
    carried = f", with the flag{'s'[: len(flags) != 1]} {', '.join(flags)}" if flags else ""
    return f"{told.get('name')} from asset {told.get('from')}{carried}"


def _subtitled(told: Told) -> str:
    source = f" from {told['file']}" if told.get("file") else ""
    return f"{told.get('language')}: {told.get('cues')} cues{source}, {told.get('before')} before"


def _titles_opened(told: Told) -> str:
    return f"{told.get('language')}, what is hidden included, to {told.get('file')}"


def _undone(told: Told) -> str:
    return f"took back {told.get('was')}, number {told.get('undoes')}"


def _copied(told: Told) -> str:
    return f"to {told.get('to')}, {told.get('copied')} files copied"


def _repaired(told: Told) -> str:
    return f"{told.get('swept')} leftovers and {told.get('removed')} unnamed renditions removed"


def _remade(told: Told) -> str:
    return f"{len(_list(told.get('renditions')))} pictures drawn anew"


def _reopened(told: Told) -> str:
    return f"flags {', '.join(_list(told.get('flags')))} open again: {told.get('why')}"


def _opened(told: Told) -> str:
    return f"the original, unmasked, SHA-256 {str(told.get('sha256'))[:16]}"


def _restored(told: Told) -> str:
    return f"the original came back from {told.get('path')}"


def _source(told: Told) -> str:
    source = told.get("source")
    return (
        f"{source.get('key')}: {source.get('name') or source.get('handle')}"
        if isinstance(source, Mapping)
        else ""
    )


def _list(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, Sequence) and not isinstance(value, str) else []


def _mappings(value: object) -> list[Told]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []


_WORDS: dict[str, Callable[[Told], str]] = {
    "init": _begun,
    "add": _added,
    "export": _exported,
    "discard": _because,
    "purge": _because,
    "correct": _because,
    "kill": _because,
    "flag": _flagged,
    "flag edit": _edited,
    "flag like": _likened,
    "blur": _blurred,
    "resolve": _resolved,
    "grab": _grabbed,
    "subtitles": _subtitled,
    "subtitles original": _titles_opened,
    "undo": _undone,
    "backup": _copied,
    "repair": _repaired,
    "remake": _remade,
    "reopen": _reopened,
    "open original": _opened,
    "restore": _restored,
    "source add": _source,
}
