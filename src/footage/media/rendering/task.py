"""The task of rendering a redacted video (:mod:`footage.media.rendering`), in the sandbox."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import av.error

from footage.errors import Refused, ToolFailed
from footage.media.demux import picture_stream
from footage.media.frames import indexed_frames
from footage.media.rendering import AGAIN
from footage.media.rendering.encoders import H264, Encoder, encoder_for, pixel_format
from footage.media.rendering.muxing import CannotWrite, holds, read_back
from footage.media.rendering.original import Original
from footage.media.rendering.packets import CannotCopy
from footage.media.rendering.reel import Clip, Reel
from footage.media.rendering.smart import SmartRender
from footage.media.sniff import FORMATS
from footage.media.wire import unpack_index, unpack_redaction

_Messages = Iterator[tuple[dict[str, object], bytes]]

_STEP = 16
_H264_HOMES = ("mp4", "mov", "matroska", "mpegts")
_OTHER_HOMES = ("mov", "matroska")


def render(params: dict[str, Any], scratch: Path) -> _Messages:
    """Task: write the redacted clip into the scratch folder; progress, then where it is and how it was made.

    The clip keeps the source's codec and format where they can be written, else it becomes the next best.

    Raises:
        BadInput: the source cannot be opened.
        Refused: nothing would be left of it, or its sound cannot be edited.
        ToolFailed: it could not be decoded as before or encoded.
    """
    original = Original(
        params["source"],
        params["format"],
        unpack_index(params["index"]),
        unpack_redaction(params["redaction"]),
    )
    if not original.timeline.kept:
        raise Refused("nothing would be left of it", "cut out less")
    unfinished = scratch / "redacted.part"
    whole = params["whole"]
    try:
        if not whole:
            try:
                yield from _render_smart(original, unfinished, scratch)
                return
            except (CannotCopy, CannotWrite) as error:
                whole = str(error)
            except av.error.FFmpegError as error:
                whole = f"copying failed: {error}"
        yield from _render_whole(original, unfinished, scratch, whole)
    except (av.error.FFmpegError, OSError) as error:
        raise ToolFailed(f"the redacted clip could not be written: {error}", AGAIN) from error
    finally:
        unfinished.unlink(missing_ok=True)


def _render_smart(original: Original, unfinished: Path, scratch: Path) -> _Messages:
    """Encode what is touched, and copy the rest.

    Raises:
        CannotCopy, CannotWrite: that cannot be done; the message says why.
    """
    smart = SmartRender(original)
    yield from smart.write(unfinished)
    _read_back(original, unfinished, original.format)
    yield _result(original, unfinished, scratch, original.format, smart.plan.encoded, "", smart.notes)


def _render_whole(original: Original, unfinished: Path, scratch: Path, whole: str) -> _Messages:
    """Encode every frame, in the best way that can hold the clip."""
    reasons: list[str] = []
    for home, encoder, lost in _ways(original):
        notes: list[str] = []
        try:
            yield from _encode_all(original, unfinished, home, encoder, notes)
            _read_back(original, unfinished, home)
        except CannotWrite as error:
            reasons.append(str(error))
            continue
        frames = len(original.timeline.kept)
        told = (*lost, *dict.fromkeys(reasons), *notes)
        yield _result(original, unfinished, scratch, home, frames, whole, told)
        return
    raise ToolFailed("no format was found that holds this clip: " + "; ".join(dict.fromkeys(reasons)), AGAIN)


def _encode_all(original: Original, path: Path, home: str, encoder: Encoder, notes: list[str]) -> _Messages:
    """Write the clip one way; progress comes out, and what became of the sound is noted.

    Raises:
        CannotWrite: this way does not work.
        ToolFailed: the source decodes to other frames than before.
    """
    coding = replace(original.seen.coding, pixel_format=_pixel_format(original, encoder)[0])
    timeline = original.timeline
    holds(home, timeline.shortened, coding)
    painter = original.painter()
    places = {number: place for place, number in enumerate(timeline.kept)}
    with original.open() as pictures, original.open_sound() as sounds:
        sound = original.sound(sounds)
        notes += sound.notes
        streams = sounds.streams.audio
        with Reel(path, home, encoder, coding, timeline.shortened, sound, streams) as reel:
            clip = Clip(reel, coding)
            for number, frame in indexed_frames(pictures, picture_stream(pictures), original.index):
                if number not in places:
                    continue
                # What follows a cut needs a picture of its own as much as what a mask begins to cover.
                intra = painter.begins(number) or (number > 0 and number - 1 not in places)
                clip.add(painter.painted(frame, number), places[number], intra=intra)
                if number % _STEP == 0:
                    yield {"progress": ["masking", number, len(original.index.pts)]}, b""
            clip.finish()


def _ways(original: Original) -> Iterator[tuple[str, Encoder, list[str]]]:
    """Formats and encoders to try, best first, each with what is lost by it."""
    wanted = original.seen.wanted
    own = encoder_for(wanted)
    h264 = encoder_for(replace(wanted, codec=H264, profile=""))
    homes = dict.fromkeys((original.format, *_OTHER_HOMES))
    ways = [(home, own) for home in homes]
    if wanted.codec != H264:
        ways += [(home, h264) for home in homes if home in _H264_HOMES]
    for home, encoder in ways:
        if encoder is None:
            continue
        notes = []
        if encoder.codec != wanted.codec:
            notes.append(f"as {encoder.codec.upper()} instead of {wanted.codec}")
        if home != original.format:
            notes.append(f"in {home.upper()} instead of {original.format.upper()}")
        if lost := _pixel_format(original, encoder)[1]:
            notes.append(f"with {lost} than in the original")
        yield home, encoder, notes


def _pixel_format(original: Original, encoder: Encoder) -> tuple[str, str]:
    seen = original.seen
    return pixel_format(encoder, seen.wanted.pixel_format, seen.coding.width, seen.coding.height)


def _read_back(original: Original, path: Path, home: str) -> None:
    """Check that a finished file tells the times that were written into it, and the sound that was copied.

    Raises:
        CannotWrite: it does not.
    """
    edited = bool(original.redaction.mutes or original.timeline.gaps)
    if edited:
        read_back(path, home, original.timeline.shortened)
        return
    with original.open_sound() as sounds:
        read_back(path, home, original.timeline.shortened, sounds)


def _result(
    original: Original,
    unfinished: Path,
    scratch: Path,
    home: str,
    encoded: int,
    whole: str,
    notes: Sequence[str],
) -> tuple[dict[str, object], bytes]:
    """Give the finished file its name, and tell of it."""
    path = unfinished.rename(scratch / f"redacted{FORMATS[home].extensions[0]}")
    values: dict[str, object] = {
        "path": str(path),
        "format": home,
        "encoded": encoded,
        "copied": len(original.timeline.kept) - encoded,
        "whole": whole,
        "notes": list(notes),
    }
    return values, b""
