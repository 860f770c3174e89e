"""Masking: the masked rendition is rendered, read back, proven, and only then kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from footage.actions.flag import asset_and_index
from footage.catalogue import flags as flag_rows
from footage.catalogue import renditions, search
from footage.catalogue import shots as shot_rows
from footage.errors import NotFound, Refused, ToolFailed
from footage.library import Library
from footage.media import sniff
from footage.media.picture import Picture
from footage.media.proof import prove_masked_still, prove_masked_video
from footage.media.render import render_masked_still, render_masked_video
from footage.media.sandbox import Sandbox, rendering_limits
from footage.media.still import look_still
from footage.media.video import frames_at, look_video
from footage.model.asset import Asset, Purpose, Rendition, Shot
from footage.model.flag import Flag, Mask, Reason, State, Treatment, drawn_masks, mask_recipe
from footage.model.progress import Progress
from footage.model.proof import Proof, proof_of
from footage.model.span import FrameIndex
from footage.vault import ORIGINALS, RENDITIONS, Workspace

_KEYFRAME_SIDE = 1280
_MASKED = (Purpose.MASKED, Purpose.MASKED_KEYFRAME, Purpose.MASKED_THUMBNAIL)


@dataclass(frozen=True, slots=True)
class Blurred:
    """A masked rendition.

    Attributes:
        path: where the vault keeps it.
        whole: why the whole file was encoded; empty where it was not.
        reused: an intact one of the same recipe was there already.
    """

    asset: int
    path: Path
    frames_encoded: int
    frames_copied: int
    whole: str
    proof: Proof
    reused: bool = False


@dataclass(frozen=True, slots=True)
class _Made:
    """A rendition that is rendered and read back but not kept yet."""

    path: Path
    extension: str
    size: tuple[int, int]
    frames_encoded: int
    whole: str
    proof: Proof
    pictures: tuple[tuple[Purpose, int, Picture], ...]


@dataclass(frozen=True, slots=True)
class _Job:
    """What is to be hidden in an asset; ``flags`` are those drawn, with the treatments they get."""

    asset: Asset
    index: FrameIndex | None
    shots: tuple[Shot, ...]
    flags: tuple[Flag, ...]
    masks: tuple[Mask, ...]
    recipe: str


def blur(
    library: Library,
    number: int,
    progress: Progress,
    *,
    only: Sequence[int] = (),
    treatment: Treatment | None = None,
) -> Blurred | None:
    """Mask an asset's open flags (or only some of them; those masked before stay masked).

    Returns:
        The rendition; None in a dry run that would have made one.

    Raises:
        Refused: nothing is flagged. ToolFailed: rendering failed, or the proof did; nothing is kept then.
        Conflict: a flag was edited while its mask was rendered.
    """
    job = _job(library, number, only, treatment)
    if (kept := _kept(library, job)) is not None:
        return kept
    if library.dry_run:
        return None
    original = library.vault.present(ORIGINALS, job.asset.sha256)
    with library.vault.workspace() as workspace:
        made = _make(job, original, workspace, progress)
        _insist_on(made.proof, number)
        staged = library.vault.stage_made(made.path)
        kept_at = library.vault.keep(staged, RENDITIONS, made.extension)
        rows = [_row(job, Purpose.MASKED, 0, staged.sha256, made.extension, made.size, made.proof)]
        for purpose, position, picture in made.pictures:
            sha256 = library.vault.keep_bytes(picture.jpeg(), RENDITIONS, ".jpg", workspace)
            rows.append(_row(job, purpose, position, sha256, ".jpg", (picture.width, picture.height)))
        _record(library, job, rows)
    return Blurred(number, kept_at, made.frames_encoded, 0, made.whole, made.proof)


def _job(library: Library, number: int, only: Sequence[int], treatment: Treatment | None) -> _Job:
    with library.reading() as connection:
        asset, index = asset_and_index(connection, number)
        flags = flag_rows.of_asset(connection, number)
        known_shots = tuple(shot_rows.of_asset(connection, number))
    known = {flag.number for flag in flags}
    for wanted in only:
        if wanted not in known:
            raise NotFound(f"asset {number} has no flag {wanted}", f"footage flags {number}")
    drawn, masks = drawn_masks(flags, library.settings.treatment, chosen=treatment, only=only)
    if not drawn:
        raise Refused(
            f"asset {number} has nothing to mask: no flag of it is open",
            f"footage flag {number} IN OUT --reason REASON --region X,Y,W,H",
        )
    _insist_on_pictures(drawn, only)
    settled = tuple(replace(flag, treatment=mask.treatment) for flag, mask in zip(drawn, masks, strict=True))
    return _Job(asset, index, known_shots, settled, masks, mask_recipe(asset.sha256, masks))


def _insist_on_pictures(drawn: Sequence[Flag], only: Sequence[int]) -> None:
    """A flag about nothing but language is about the sound, which a mask does not hide."""
    for flag in drawn:
        if set(flag.reasons) == {Reason.LANGUAGE} and (not only or flag.number in only):
            raise Refused(
                f"flag {flag.number} is about language: a mask hides pictures, and the words would stay",
                f'footage resolve {flag.number} --dismiss --because "told in the caption"',
            )


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
    return Blurred(job.asset.number, path, 0, 0, "", proof_of(row.proof), reused=True)


def _make(job: _Job, original: Path, workspace: Workspace, progress: Progress) -> _Made:
    if job.index is None:
        return _make_still(job, original, workspace)
    return _make_video(job, job.index, original, workspace, progress)


def _make_still(job: _Job, original: Path, workspace: Workspace) -> _Made:
    format = sniff.FORMATS[job.asset.format]
    path = workspace.folder / f"masked{format.extensions[0]}"
    with Sandbox([original], workspace.scratch()) as sandbox:
        path.write_bytes(render_masked_still(sandbox, original, format, job.masks))
    with Sandbox([original, path], workspace.scratch()) as fresh:
        proof = prove_masked_still(fresh, original, format, path, job.masks)
        seen = look_still(fresh, path, format)
    pictures = ((Purpose.MASKED_THUMBNAIL, 0, seen.thumbnail),)
    size = (seen.width, seen.height)
    return _Made(path, format.extensions[0], size, 1, "", proof, pictures)


def _make_video(
    job: _Job,
    index: FrameIndex,
    original: Path,
    workspace: Workspace,
    progress: Progress,
) -> _Made:
    format = sniff.FORMATS[job.asset.format]
    stream = next(stream for stream in job.asset.streams if stream.kind == "video")
    limits = rendering_limits(stream.width, stream.height)
    with Sandbox([original], workspace.scratch(), limits) as sandbox:
        rendered = render_masked_video(sandbox, original, format, index, job.masks, progress)
    made_format = sniff.FORMATS[rendered.format]
    masked = workspace.adopt(rendered.path)
    with Sandbox([original, masked], workspace.scratch(), limits) as fresh:
        proof = prove_masked_video(fresh, original, format, masked, made_format, index, job.masks, progress)
        pictures = _pictures(fresh, masked, made_format, index, job.shots, progress)
    size = (job.asset.width, job.asset.height)
    return _Made(masked, rendered.extension, size, rendered.frames_encoded, rendered.whole, proof, pictures)


def _pictures(
    sandbox: Sandbox,
    masked: Path,
    format: sniff.Format,
    index: FrameIndex,
    shots: Sequence[Shot],
    progress: Progress,
) -> tuple[tuple[Purpose, int, Picture], ...]:
    """The thumbnail, and each shot's keyframe at the frame it always had: from the masked file alone."""
    seen = look_video(sandbox, masked, format, progress, lambda _number, _picture: None)
    ticks = [seen.index.pts[index.frame_at(shot.keyframe)] for shot in shots]
    keyframes = frames_at(sandbox, masked, format, ticks, _KEYFRAME_SIDE)
    numbered = [(Purpose.MASKED_KEYFRAME, shot.number, it) for shot, it in zip(shots, keyframes, strict=True)]
    return ((Purpose.MASKED_THUMBNAIL, 0, seen.thumbnail), *numbered)


def _insist_on(proof: Proof, number: int) -> None:
    """Refuse a rendition that is not proven."""
    if not proof.ok:
        failed = "; ".join(f"{check}: {what}" for check, what in proof.checks.items() if what)
        raise ToolFailed(
            f"the mask of asset {number} is not proven ({failed or 'nothing was checked'}); nothing was kept",
            f"footage flags {number}, then draw its regions anew: footage flag --edit FLAG --region …",
        )


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


def _record(library: Library, job: _Job, rows: Sequence[Rendition]) -> None:
    """One transaction: the rendition's rows, the flags it hides, the event; then older bytes go."""
    number = job.asset.number
    with library.deed("blur") as deed:
        before = renditions.of_asset(deed.connection, number)
        replaced = [row for row in before if row.purpose in _MASKED]
        for row in replaced:
            renditions.drop(deed.connection, number, row.purpose, row.position)
        for row in rows:
            renditions.put(deed.connection, row)
        for flag in job.flags:
            flag_rows.replace(deed.connection, replace(flag, state=State.MASKED))
        search.index(deed.connection, number)
        gone = [row for row in replaced if not renditions.by_sha(deed.connection, row.sha256)]
        detail = {
            "flags": [flag.number for flag in job.flags],
            "treatments": [mask.treatment.value for mask in job.masks],
            "recipe": job.recipe,
            "rendition": rows[0].sha256,
            "proof": proof_of(rows[0].proof).passed(),
        }
        deed.record([number], detail)
    for row in gone:
        library.vault.remove(RENDITIONS, row.sha256, row.extension)
