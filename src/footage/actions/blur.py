"""Redacting: what flags ask for is rendered, read back, proven, and only then kept."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

from footage.actions.flag import asset_and_index
from footage.catalogue import flags as flag_rows
from footage.catalogue import renditions, search
from footage.catalogue import shots as shot_rows
from footage.errors import FootageError, NotFound, Refused, ToolFailed
from footage.library import Library
from footage.media import sniff
from footage.media.picture import Picture, shrunk
from footage.media.proving import PROVING, prove_video
from footage.media.rendering import render_video
from footage.media.sandbox import Sandbox, rendering_limits
from footage.media.still import look_still
from footage.media.video import frames_numbered
from footage.model.asset import Asset, Purpose, Rendition, Shot
from footage.model.flag import Flag, Reason, State, Treatment
from footage.model.progress import Named, Progress
from footage.model.proof import Proof, proof_of
from footage.model.redaction import Redaction, Timeline, recipe_of, redaction_of
from footage.model.span import FrameIndex
from footage.vault import ORIGINALS, RENDITIONS, Workspace

_KEYFRAME_SIDE = 1280
_THUMBNAIL_SIDE = 640
_REDACTED = (Purpose.MASKED, Purpose.MASKED_KEYFRAME, Purpose.MASKED_THUMBNAIL)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for.

    Attributes:
        only: flags to render; the other open ones are left out. Empty for all.
        treatment: for those flags; None for each one's own.
        whole: encode every frame anew.
    """

    only: tuple[int, ...] = ()
    treatment: Treatment | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Blurred:
    """A redacted rendition.

    Attributes:
        path: where the vault keeps it.
        frames_copied: coded frames taken over as they were.
        whole: why every frame was encoded; empty where they were not.
        done: what was done, in words: masked, cut, silenced.
        notes: what could not be kept as in the original.
        reused: an intact one of the same recipe was there already.
        doubtful: the flags whose masks may have lost what they follow, and which nobody answered.
    """

    asset: int
    path: Path
    frames_encoded: int
    frames_copied: int
    whole: str
    proof: Proof
    done: tuple[str, ...]
    notes: tuple[str, ...] = ()
    reused: bool = False
    doubtful: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Made:
    """A rendition that is rendered and read back but not kept yet.

    Attributes:
        pictures: its thumbnail and keyframes, made from it.
        untouched: the shots whose keyframe is the original's, frame for frame.
    """

    path: Path
    extension: str
    size: tuple[int, int]
    frames_encoded: int
    frames_copied: int
    whole: str
    notes: tuple[str, ...]
    proof: Proof
    pictures: tuple[tuple[Purpose, int, Picture], ...]
    untouched: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Job:
    """What is to be done to an asset; ``flags`` are those that ask for it, with the treatments they get."""

    asset: Asset
    index: FrameIndex | None
    shots: tuple[Shot, ...]
    flags: tuple[Flag, ...]
    redaction: Redaction
    recipe: str


def blur_each(
    library: Library, numbers: Sequence[int], progress: Progress, order: Order
) -> Iterator[Blurred | FootageError | None]:
    """:func:`blur` for several assets, as many at once as there are processors; answers in their order.

    One that fails does not stop the others: its error is its answer.
    """

    stopped = Event()

    def attempt(number: int) -> Blurred | FootageError | None:
        try:
            return blur(library, number, _Stoppable(Named(progress, f"asset {number}"), stopped), order)
        except FootageError as error:
            return error

    if len(numbers) == 1:
        yield attempt(numbers[0])
        return
    pool = ThreadPoolExecutor(min(len(numbers), os.cpu_count() or 1))
    try:
        tasks = [pool.submit(attempt, number) for number in numbers]
        yield from (task.result() for task in tasks)
    except BaseException:
        stopped.set()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


class _Stopped(BaseException):
    """Somebody interrupted the deed that this one is part of."""


@dataclass(frozen=True, slots=True)
class _Stoppable:
    """Reports, and ends the work at its next report once it is stopped."""

    progress: Progress
    stopped: Event

    def step(self, label: str, done: int, total: int) -> None:
        """Say it, or end."""
        if self.stopped.is_set():
            raise _Stopped
        self.progress.step(label, done, total)


def blur(library: Library, number: int, progress: Progress, order: Order) -> Blurred | None:
    """Do what an asset's open flags ask for (or only some of them; what was done before stays done).

    Returns:
        The rendition; None in a dry run that would have made one.

    Raises:
        Refused: nothing is flagged, or nothing would be left. ToolFailed: rendering failed, or the proof did
        twice; nothing is kept then. Conflict: a flag was edited while its mask was rendered.
    """
    job = _job(library, number, order)
    if not order.whole and (kept := _kept(library, job)) is not None:
        return kept
    if library.dry_run:
        return None
    original = library.vault.present(ORIGINALS, job.asset.sha256)
    with library.vault.workspace() as workspace:
        made = _make(job, original, workspace, progress, whole=order.whole)
        _insist_on(made.proof, number)
        staged = library.vault.stage_made(made.path)
        kept_at = library.vault.keep(staged, RENDITIONS, made.extension)
        rows = [_row(job, Purpose.MASKED, 0, staged.sha256, made.extension, made.size, made.proof)]
        for purpose, position, picture in made.pictures:
            sha256 = library.vault.keep_bytes(picture.jpeg(), RENDITIONS, ".jpg", workspace)
            rows.append(_row(job, purpose, position, sha256, ".jpg", (picture.width, picture.height)))
        _record(library, job, rows, made.untouched)
    return Blurred(
        number,
        kept_at,
        made.frames_encoded,
        made.frames_copied,
        made.whole,
        made.proof,
        _done(job.redaction),
        made.notes,
        doubtful=_doubtful(job),
    )


def _job(library: Library, number: int, order: Order) -> _Job:
    with library.reading() as connection:
        asset, index = asset_and_index(connection, number)
        flags = flag_rows.of_asset(connection, number)
        known_shots = tuple(shot_rows.of_asset(connection, number))
    known = {flag.number: flag for flag in flags}
    for wanted in order.only:
        if wanted not in known:
            raise NotFound(f"asset {number} has no flag {wanted}", f"footage flags {number}")
        if not known[wanted].drawn:
            told = f"flag {wanted} is {known[wanted].state}: nothing is to be done for it"
            raise Refused(told, f"footage resolve {wanted} --confirm")
    size = (asset.width, asset.height)
    asking, redaction = redaction_of(
        flags, library.settings.treatment, size, chosen=order.treatment, only=order.only
    )
    if not asking:
        raise Refused(
            f"asset {number} has nothing to mask: no flag of it is open",
            f"footage flag {number} IN OUT --reason REASON --region X,Y,W,H",
        )
    _insist_on_pictures(asking, order.only)
    _insist_on_remains(asset, index, asking, redaction)
    _insist_on_tracks(asking)
    return _Job(asset, index, known_shots, asking, redaction, recipe_of(asset.sha256, redaction))


def _insist_on_pictures(asking: Sequence[Flag], only: Sequence[int]) -> None:
    """A flag about nothing but language is about the sound, which a mask does not hide."""
    for flag in asking:
        about_words = set(flag.reasons) == {Reason.LANGUAGE} and flag.masks_pictures and not flag.mute
        if about_words and (not only or flag.number in only):
            raise Refused(
                f"flag {flag.number} is about language: a mask hides pictures, and the words would stay",
                f"footage flag --edit {flag.number} --mute",
            )


def _insist_on_remains(
    asset: Asset, index: FrameIndex | None, asking: Sequence[Flag], redaction: Redaction
) -> None:
    cutting = [flag.number for flag in asking if flag.cut]
    if not cutting:
        return
    hint = f"footage flag --edit {cutting[0]} --treatment blur"
    if index is None:
        raise Refused(f"asset {asset.number} is a still: nothing can be cut out of it", hint)
    if not Timeline(index, redaction.cuts).kept:
        raise Refused(f"nothing of asset {asset.number} would be left after its cuts", hint)


def _insist_on_tracks(asking: Sequence[Flag]) -> None:
    """A mask that is to follow must have been followed: it would stand still where it was drawn."""
    for flag in asking:
        if flag.follow and not flag.track:
            hint = f"footage flag --edit {flag.number} --follow"
            raise Refused(f"flag {flag.number} is to follow, and has not been followed yet", hint)


def _kept(library: Library, job: _Job) -> Blurred | None:
    """The intact rendition of the same recipe, where all its flags are masked already."""
    if any(flag.state is not State.MASKED for flag in job.flags):
        return None
    with library.reading() as connection:
        row = renditions.get(connection, job.asset.number, Purpose.MASKED)
    if row is None or row.recipe != job.recipe or not proof_of(row.proof).ok:
        return None
    path = library.vault.path(RENDITIONS, row.sha256, row.extension)
    if not path.is_file() or not library.vault.intact(path, row.sha256):
        return None
    done = _done(job.redaction)
    proof = proof_of(row.proof)
    return Blurred(job.asset.number, path, 0, 0, "", proof, done, reused=True, doubtful=_doubtful(job))


def _doubtful(job: _Job) -> tuple[int, ...]:
    return tuple(flag.number for flag in job.flags if flag.in_doubt)


def _done(redaction: Redaction) -> tuple[str, ...]:
    kinds = (("masked", redaction.masks), ("cut", redaction.cuts), ("silenced", redaction.mutes))
    return tuple(word for word, asked in kinds if asked)


def _make(job: _Job, original: Path, workspace: Workspace, progress: Progress, *, whole: bool) -> _Made:
    if job.index is None:
        return _make_still(job, original, workspace)
    return _make_video(job, job.index, original, workspace, progress, whole=whole)


def _make_still(job: _Job, original: Path, workspace: Workspace) -> _Made:
    from footage.media.masked_stills import prove_masked_still, render_masked_still

    format = sniff.FORMATS[job.asset.format]
    path = workspace.folder / f"masked{format.extensions[0]}"
    masks = job.redaction.masks
    with Sandbox([original], workspace.scratch()) as sandbox:
        path.write_bytes(render_masked_still(sandbox, original, format, masks))
    with Sandbox([original, path], workspace.scratch()) as fresh:
        proof = prove_masked_still(fresh, original, format, path, masks)
        seen = look_still(fresh, path, format)
    pictures = ((Purpose.MASKED_THUMBNAIL, 0, seen.thumbnail),)
    size = (seen.width, seen.height)
    return _Made(path, format.extensions[0], size, 1, 0, "", (), proof, pictures)


def _make_video(
    job: _Job,
    index: FrameIndex,
    original: Path,
    workspace: Workspace,
    progress: Progress,
    *,
    whole: bool,
) -> _Made:
    """Render and prove; a copy with copied frames that is not proven is rendered once more, all anew."""
    try:
        made = _proven(job, index, original, workspace, progress, whole=whole)
    except ToolFailed as error:
        if whole:
            raise
        failed = error.message
    else:
        if made.proof.ok or not made.frames_copied:
            return made
        made.path.unlink()
        failed = _failed_words(made.proof)
    why = f"a copy that kept untouched frames was not proven: {failed}"
    return replace(_proven(job, index, original, workspace, progress, whole=True), whole=why)


def _proven(
    job: _Job, index: FrameIndex, original: Path, workspace: Workspace, progress: Progress, *, whole: bool
) -> _Made:
    """Render once; prove what came of it in a fresh process, and take its pictures there."""
    format = sniff.FORMATS[job.asset.format]
    stream = next(stream for stream in job.asset.streams if stream.kind == "video")
    limits = rendering_limits(stream.width, stream.height)
    timeline = Timeline(index, job.redaction.cuts)
    untouched = _untouched(job, index, timeline)
    with Sandbox([original, workspace.folder], workspace.scratch(), limits) as fresh:
        fresh.prepare(PROVING)
        with Sandbox([original], workspace.scratch(), limits) as sandbox:
            rendered = render_video(
                sandbox,
                original,
                format,
                index,
                job.redaction,
                progress,
                whole=whole,
                damaged=job.asset.damaged,
            )
        masked = workspace.adopt(rendered.path)
        made_format = sniff.FORMATS[rendered.format]
        with (
            Sandbox([masked], workspace.scratch(), limits) as seeing,
            ThreadPoolExecutor(1) as beside,
        ):
            pictures = beside.submit(_pictures, seeing, masked, made_format, job, timeline, untouched)
            proof = prove_video(fresh, original, format, masked, made_format, index, job.redaction, progress)
            shown = pictures.result() if proof.ok else ()
    return _Made(
        path=masked,
        extension=rendered.extension,
        size=(job.asset.width, job.asset.height),
        frames_encoded=rendered.frames_encoded,
        frames_copied=rendered.frames_copied,
        whole=rendered.whole,
        notes=rendered.notes,
        proof=proof,
        pictures=shown,
        untouched=untouched,
    )


def _untouched(job: _Job, index: FrameIndex, timeline: Timeline) -> tuple[int, ...]:
    """The shots whose keyframe shows what it showed: no mask lies on it, and it was not cut out."""
    touched = {number for frames in timeline.removed for number in frames}
    for mask in job.redaction.masks:
        touched.update(mask.frames(index))
    return tuple(shot.number for shot in job.shots if index.frame_at(shot.keyframe) not in touched)


def _pictures(
    sandbox: Sandbox,
    masked: Path,
    format: sniff.Format,
    job: _Job,
    timeline: Timeline,
    untouched: Sequence[int],
) -> tuple[tuple[Purpose, int, Picture], ...]:
    """The thumbnail, and the keyframe of each shot that is not as it was: from the redacted file alone."""
    spans = {shot.number: span for shot in job.shots if (span := timeline.span(shot.span))}
    longest = max(spans, key=lambda number: spans[number].end - spans[number].start)
    wanted = {number: _keyframe(job, timeline, number) for number in spans if number not in untouched}
    frames = sorted({*wanted.values(), thumbnail := _keyframe(job, timeline, longest)})
    found = frames_numbered(sandbox, masked, format, frames, _KEYFRAME_SIDE)
    shown = dict(zip(frames, found, strict=True))
    keyframes = [(Purpose.MASKED_KEYFRAME, number, shown[frame]) for number, frame in wanted.items()]
    return ((Purpose.MASKED_THUMBNAIL, 0, shrunk(shown[thumbnail], _THUMBNAIL_SIDE)), *keyframes)


def _keyframe(job: _Job, timeline: Timeline, number: int) -> int:
    """The number of a shot's keyframe after the cuts; where it was cut out, the middle of what is left."""
    shot = next(shot for shot in job.shots if shot.number == number)
    shortened = timeline.shortened
    span = timeline.span(shot.span)
    gone = any(shot.keyframe in gap for gap in timeline.gaps)
    tick = (span.start + span.end) // 2 if gone and span else timeline.tick(shot.keyframe)
    return shortened.frame_at(tick)


def _insist_on(proof: Proof, number: int) -> None:
    """Refuse a rendition that is not proven."""
    if not proof.ok:
        raise ToolFailed(
            f"the mask of asset {number} is not proven ({_failed_words(proof)}); nothing was kept",
            f"footage flags {number}, then draw its regions anew: footage flag --edit FLAG --region …",
        )


def _failed_words(proof: Proof) -> str:
    failed = "; ".join(f"{check}: {what}" for check, what in proof.checks.items() if what)
    return failed or "nothing was checked"


def _row(
    job: _Job,
    purpose: Purpose,
    position: int,
    sha256: str,
    extension: str,
    size: tuple[int, int],
    proof: Proof | None = None,
) -> Rendition:
    words = proof.words() if proof else ""
    return Rendition(job.asset.number, purpose, position, job.recipe, sha256, extension, *size, words)


def _record(library: Library, job: _Job, rows: Sequence[Rendition], untouched: Sequence[int]) -> None:
    """One transaction: the rendition's rows, the flags it hides, the event; then older bytes go."""
    number = job.asset.number
    with library.deed("blur") as deed:
        before = renditions.of_asset(deed.connection, number)
        replaced = [row for row in before if row.purpose in _REDACTED]
        for row in replaced:
            renditions.drop(deed.connection, number, row.purpose, row.position)
        same = [row for row in before if row.purpose is Purpose.KEYFRAME and row.position in untouched]
        for row in (*rows, *(replace(it, purpose=Purpose.MASKED_KEYFRAME, recipe=job.recipe) for it in same)):
            renditions.put(deed.connection, row)
        for flag in job.flags:
            looked = flag.looked if flag.looked == rows[0].sha256 else ""
            flag_rows.replace(deed.connection, replace(flag, state=State.MASKED, looked=looked))
        search.index(deed.connection, number)
        gone = [row for row in replaced if not renditions.by_sha(deed.connection, row.sha256)]
        detail = {
            "flags": [flag.number for flag in job.flags],
            "treatments": [flag.treatment.value if flag.treatment else "mute" for flag in job.flags],
            "muted": [flag.number for flag in job.flags if flag.mute],
            "recipe": job.recipe,
            "rendition": rows[0].sha256,
            "proof": proof_of(rows[0].proof).passed(),
        }
        deed.record([number], detail)
    for row in gone:
        library.vault.remove(RENDITIONS, row.sha256, row.extension)
