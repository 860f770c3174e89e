"""Corrections: everyone who was sent something that is said otherwise now is told so."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from footage.actions.caption import Captioned, captions_of
from footage.actions.disclosing import timeline_of
from footage.actions.flag import in_sight
from footage.actions.notices import (
    Notified,
    Told,
    addressed,
    checked_reason,
    notice_folder,
    placing,
    record_notices,
    told_words,
)
from footage.actions.published_shots import KnownShots, known_shots, told_shots
from footage.actions.ready import clearance_of
from footage.actions.sent import lower_third, said
from footage.actions.sidecars import Telling, publication_of, said_beside, shot_list_of, tellings_of
from footage.catalogue import assets, dispatches, editions, frames
from footage.errors import Damaged, NotFound, Refused, Usage
from footage.library import Library
from footage.model.asset import Kind
from footage.model.dispatch import (
    Difference,
    Dispatch,
    Edition,
    NoticeKind,
    Record,
    differences,
    latest,
    package_of,
    still_says,
)
from footage.model.flag import State
from footage.model.profile import Profile, Sidecar
from footage.model.redaction import standing_recipe
from footage.model.style import Style
from footage.model.wording import compose
from footage.settings import read_profile, read_style

_TOLD_ANYWAY = (
    *("embargo", "expired", "proposed-embargo", "proposed-expiry"),
    *("doubtful-flag", "mask-missing", "mask-stale", "mask-unproven", "not-looked-at"),
)
"""What does not hold a correction back: that something may not be used now is what it may have to say, and
what waits for its mask is the media alone, of which a notice has nothing."""


def correct(
    library: Library, numbers: Sequence[int], because: str, destination: Path | None = None
) -> Notified:
    """Write a notice to every receiver of what is said otherwise now; the version of each asset rises.

    Args:
        because: why, in words that the receivers read.
        destination: None for a folder of its own in the library.

    Raises:
        Usage: no reason is given. Conflict: the destination holds something.
        Refused: an asset was killed or is not ready, or none of them was sent and changed since.
    """
    because = checked_reason(because)
    wanted = list(dict.fromkeys(numbers))
    with placing(library) as place, library.deed("correct") as deed:
        connection = deed.connection
        tellings: list[Told] = []
        left_out: list[tuple[int, str]] = []
        notes: list[str] = []
        for number in wanted:
            found, remarks = _of_asset(library, connection, number)
            tellings += found
            notes += remarks
            if not found:
                went = dispatches.of_asset(connection, number)
                left_out.append((number, _UNCHANGED if went else _NEVER_SENT))
        if not tellings:
            raise _nothing_to_correct(left_out)
        versions = {one.asset.number: one.version for one in tellings}
        for number, version in versions.items():
            editions.put(connection, Edition(number, version))
        folder = notice_folder(library, NoticeKind.CORRECTION, list(versions), destination)
        record_notices(library, connection, NoticeKind.CORRECTION, tellings, folder)
        notices = addressed(library, NoticeKind.CORRECTION, because, tellings)
        detail = {"because": because, "notices": str(folder), "told": told_words(tellings)}
        deed.record(list(versions), detail)
        place(notices, folder)
    anew = dict.fromkeys((one.asset.number, one.package.client) for one in tellings if one.anew)
    return Notified(
        NoticeKind.CORRECTION,
        folder,
        notices,
        versions,
        tuple(left_out),
        tuple(anew),
        notes=tuple(dict.fromkeys(notes)),
    )


_UNCHANGED = "nothing changed since it was sent"
_NEVER_SENT = "it was never sent"


def _nothing_to_correct(left_out: Sequence[tuple[int, str]]) -> Refused:
    told = "; ".join(f"asset {number}: {why}" for number, why in left_out[:_TOLD])
    more = f"; and {len(left_out) - _TOLD} more" if len(left_out) > _TOLD else ""
    first, why = left_out[0]
    hint = f"footage export {first} --to DIR" if why == _NEVER_SENT else f"footage set {first} --help"
    return Refused(f"there is nothing to correct: {told}{more}", hint)


_TOLD = 5


def _of_asset(library: Library, connection: Connection, number: int) -> tuple[list[Told], list[str]]:
    """What its receivers have to be told of one asset, nothing where it was not sent or did not change; and
    what the desk should know of it.
    """
    in_sight(assets.get(connection, number))
    edition = editions.of_asset(connection, number)
    if edition.killed is not None:
        raise Refused(f"asset {number} was killed: {edition.killed}", f"footage sent {number}")
    went = dispatches.of_asset(connection, number)
    styles = dict.fromkeys(str(one.record["style"]) for one in went)
    now = {name: _captions(library, connection, [number], name)[0] for name in styles}
    tellings: list[Told] = []
    notes: list[str] = []
    for last in latest(went).values():
        captioned = now[str(last.record["style"])]
        telling, remarks = _telling(library, connection, edition, last, went, captioned)
        if telling is not None:
            tellings.append(telling)
            notes += remarks
    for captioned in {str(one.record["style"]): now[str(one.record["style"])] for one in tellings}.values():
        _insist_ready(library, connection, captioned)
    return tellings, notes


def changed_since_sent(library: Library, connection: Connection, numbers: Sequence[int]) -> tuple[int, ...]:
    """Those of some assets in sight, not killed, whose caption, facts or masks are not what a receiver has.

    What lies beside the captions is not looked at here: that takes as long as the clips do.
    """
    went = {number: sent for number, sent in dispatches.of_assets(connection, numbers).items() if sent}
    standing = editions.of_assets(connection, list(went))
    by_style: dict[str, dict[int, list[Record]]] = {}
    for number, sent in went.items():
        if standing[number].killed is None:
            for last in latest(sent).values():
                alike = by_style.setdefault(str(last.record["style"]), {})
                alike.setdefault(number, []).append(last.record)
    found = set()
    for name, records in by_style.items():
        for one in _captions(library, connection, list(records), name):
            if any(_changed(library, one, record) for record in records[one.asset.number]):
                found.add(one.asset.number)
    return tuple(sorted(found))


def _changed(library: Library, captioned: Captioned, record: Record) -> bool:
    fresh = _fresh(library, captioned, record)
    return bool(differences(record, fresh)) or fresh["mask"] != record["mask"]


def _fresh(library: Library, captioned: Captioned, record: Record) -> dict[str, object]:
    """What a record would say today, but for what lies beside the caption."""
    asset = captioned.asset
    mask = standing_recipe(
        asset.sha256, captioned.subject.flags, library.settings.treatment, (asset.width, asset.height)
    )
    day = library.today().isoformat()
    fresh = said(captioned) | {"day": day, "style": record["style"], "mask": mask}
    gone = captioned.style != record["style"]
    if _only_grew_older(library, captioned, record) or (gone and _same_facts(record, fresh)):
        fresh |= {"caption": record["caption"], "day": record["day"]}
    return fresh


def _captions(
    library: Library, connection: Connection, numbers: Sequence[int], name: str
) -> tuple[Captioned, ...]:
    """Assets' captions of today in a style in which they went out; in the library's own where that is gone.

    They speak of the media to come: all is masked in it that is to be.
    """
    style = _style(library, name)
    return tuple(_as_masked(library, one, style) for one in captions_of(library, connection, numbers, style))


def _as_masked(library: Library, one: Captioned, style: Style) -> Captioned:
    if not any(flag.state is State.OPEN for flag in one.subject.flags):
        return one
    flags = (replace(flag, state=State.MASKED) if flag.drawn else flag for flag in one.subject.flags)
    subject = replace(one.subject, flags=tuple(flags))
    worded = not (one.written or one.lacks)
    text = compose(subject, style, library.today(), str(one.asset.number)) if worded else one.text
    return replace(one, text=text, subject=subject)


def _style(library: Library, name: str) -> Style:
    try:
        return read_style(name, library.root)
    except (NotFound, Usage, Damaged):
        return read_style(library.settings.style, library.root)


def _profile(library: Library, record: Record) -> tuple[Profile, str]:
    """What a package's profile asked for when it was sent, and a note where nobody can know it any more."""
    name = str(record["profile"])
    try:
        known, note = read_profile(name, library.root), ""
    except (NotFound, Usage, Damaged):
        known, note = read_profile(_ANY_PROFILE), f"the profile {name} cannot be read any more"
    if "formats" not in record:
        return known, note and f"{note}; the notice has every file that one can have"
    burnt_in = record.get("lower_third") is True
    asked = replace(
        known,
        name=name,
        video=replace(known.video, lower_third=burnt_in),
        still=replace(known.still, lower_third=burnt_in),
        formats=frozenset(Sidecar(word) for word in _words(record["formats"])),
        terms=str(record.get("terms", "")),
    )
    return asked, ""


_ANY_PROFILE = "master"


def _words(value: object) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else []


def _telling(
    library: Library,
    connection: Connection,
    edition: Edition,
    last: Dispatch,
    went: Sequence[Dispatch],
    captioned: Captioned,
) -> tuple[Told | None, list[str]]:
    """What one receiver has to be told, None where all it has still holds; and what the desk should know."""
    asset, flags, record = captioned.asset, captioned.subject.flags, last.record
    profile, note = _profile(library, record)
    own = tellings_of(library, connection, [captioned], profile)[asset.number]
    beside, shot_list = _beside(connection, own, profile, str(record["media"]))
    fresh = _fresh(library, captioned, record) | beside
    found = differences(record, fresh)
    changed = {one.field for one in found}
    burnt_in = lower_third(profile, asset.kind)
    media_changed = fresh["mask"] != record["mask"] or (burnt_in and "credit" in changed)
    if not found and not media_changed:
        return None, []
    publication = publication_of(own, None, masked=any(flag.drawn for flag in flags))
    publication = replace(publication, caption=str(fresh["caption"]), shot_list=shot_list)
    unsent = "subtitles" in changed or ("shot_list" in changed and Sidecar.SHOTLIST not in profile.formats)
    telling = Told(
        asset,
        package_of(last, went),
        edition.version + 1,
        {**record, **fresh},
        publication,
        found,
        media_changed,
        anew=media_changed or unsent,
        formats=profile.formats,
    )
    notes = [f"asset {asset.number}: {told}" for told in (note, *_left_behind(own, found)) if told]
    if captioned.style != record["style"]:
        told = (
            f"the style {record['style']} cannot be read any more; the caption is worded in {captioned.style}"
        )
        notes.append(f"asset {asset.number}: {told}")
    return telling, notes


def _beside(
    connection: Connection, telling: Telling, profile: Profile, path: str
) -> tuple[dict[str, list[str]], str]:
    """What a package made today would say beside caption and facts, and its shot list as text."""
    captioned = telling.captioned
    number, video = captioned.asset.number, captioned.asset.kind is Kind.VIDEO
    timeline = timeline_of(captioned.subject.flags, frames.get(connection, number)) if video else None
    known = known_shots(connection, number) if timeline else KnownShots()
    told = told_shots(known.shots, timeline, known.anew) if timeline else ()
    beside = said_beside(telling, profile.formats, path, told, timeline)
    return beside, shot_list_of(telling, path, told, timeline)


def _same_facts(record: Record, fresh: Record) -> bool:
    names = ("facts", "headline")
    return {name: record[name] for name in names} == {name: fresh[name] for name in names}


_PLACED = ("place", "city", "state", "country", "source")


def _left_behind(telling: Telling, found: Sequence[Difference]) -> Iterator[str]:
    """Where words of the desk's own still say what was corrected in the facts."""
    facts = telling.captioned.subject.facts
    texts = (
        ("headline", facts.headline),
        ("description of what it shows", facts.shows),
        ("story's text", telling.story_text),
    )
    for one in found:
        for name, text in texts:
            if one.field in _PLACED and still_says(text or "", one):
                yield f"the {name} still says {one.before!r}"


def _only_grew_older(library: Library, captioned: Captioned, record: Record) -> bool:
    """Whether a caption differs only because time went by: some styles name the weekday of what is fresh."""
    if captioned.written or captioned.lacks or captioned.text == record["caption"]:
        return False
    day = date.fromisoformat(str(record["day"]))
    style = read_style(captioned.style, library.root)
    return compose(captioned.subject, style, day, str(captioned.asset.number)) == record["caption"]


def _insist_ready(library: Library, connection: Connection, captioned: Captioned) -> None:
    number = captioned.asset.number
    clearance = clearance_of(library, connection, captioned)
    held = [one for one in clearance.obstacles if one.kind not in _TOLD_ANYWAY]
    if held:
        told = "; ".join(one.message for one in held)
        raise Refused(f"asset {number} is not ready, and nothing was written: {told}", held[0].hint)
