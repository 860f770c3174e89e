"""The task of proving a redacted video (:mod:`footage.media.proving`), in the sandbox."""

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from footage.media.demux import picture_stream
from footage.media.proving.accounted import unaccounted
from footage.media.proving.coded import Packing, Pictures, Places, numbers_of, packets_of, read_pictures
from footage.media.proving.filebytes import FileBytes
from footage.media.proving.heard_edits import HeardEdits
from footage.media.proving.hearing import SOUND, gather_unheard, sound_differs
from footage.media.proving.leftovers import Pieces, digest_of, joined
from footage.media.proving.paced import Pulse, paced
from footage.media.proving.payloads import Payloads, streams_of
from footage.media.proving.watching import File, Findings, Watching
from footage.media.wire import unpack_index, unpack_redaction
from footage.model.flag import Mask
from footage.model.redaction import Timeline

_Result = TypeVar("_Result")

_STEP = 16
_NOTHING = np.empty((0, 2), np.int64)
_UNIT_HEADER = 2
# What FFmpeg's muxers write about themselves.
_OWN_TAGS = frozenset(
    [
        "encoder",
        "duration",
        "language",
        "handler_name",
        "vendor_id",
        "data_type",
        "timecode",
        "major_brand",
        "minor_version",
        "compatible_brands",
        "uid",
        "generation_uid",
        "company_name",
        "product_name",
        "product_uid",
        "product_version",
        "product_version_num",
        "toolkit_version",
        "toolkit_version_num",
        "application_platform",
        "modification_date",
        "operational_pattern_ul",
        "material_package_umid",
        "file_package_umid",
    ]
)


def prove(params: dict[str, Any], scratch: Path) -> Iterator[tuple[dict[str, object], bytes]]:  # noqa: ARG001
    """Task: the checks of :func:`prove_video`, by name, with progress before them.

    Raises:
        BadInput: a file cannot be opened. ToolFailed: the original cannot be decoded as before.
    """
    pulse = Pulse()
    original = File(params["original"], params["original_format"], pulse)
    made = File(params["made"], params["made_format"], pulse)
    index, redaction = unpack_index(params["index"]), unpack_redaction(params["redaction"])
    timeline = Timeline(index, redaction.cuts)
    edits = HeardEdits(timeline, redaction.mutes)
    with FileBytes(made.path, pulse) as content:
        places = Places(content)
        source, copies = yield from _steady(lambda: (_pictures(original), _pictures(made, places)), pulse)
        watching = Watching(original, made, source, copies, timeline, redaction.masks)
        done, total = 0, 1
        for done, total in watching.run():
            if done % _STEP == 0:
                yield {"progress": ["proving", done, total]}, b""
        unseen = _Unseen(original, source, timeline, redaction.masks, watching.looks_alike)

        def rest() -> dict[str, str]:
            return {
                **watching.checks(),
                "absent": unseen.found_in(made, content, places.of(watching.untouched), edits),
                "container": unaccounted(made.path, made.format, _packets(made)),
                "sound": sound_differs(original, made, edits),
                "streams": _nothing_else(original, made),
                "messages": _messages(made, source, copies),
            }

        checks = yield from _steady(rest, pulse, done, total)
    yield {"checks": checks}, b""


def _steady(
    work: Callable[[], _Result], pulse: Pulse, done: int = 0, total: int = 1
) -> Generator[tuple[dict[str, object], bytes], None, _Result]:
    """Do some work that has no frames to count; while it goes on, progress that stands still is told."""
    going = paced(work, pulse)
    while True:
        try:
            next(going)
        except StopIteration as stop:
            result: _Result = stop.value
            return result
        yield {"progress": ["proving", done, total]}, b""


def _pictures(file: File, places: Places | None = None) -> Pictures:
    with file.open() as container:
        return read_pictures(container, picture_stream(container), places, file.pulse)


class _Unseen:
    """The coded pictures of frames that are hidden or taken out.

    Args:
        alike: frames that look the same with their masks on.
    """

    def __init__(
        self,
        original: File,
        source: Pictures,
        timeline: Timeline,
        masks: Sequence[Mask],
        alike: frozenset[int],
    ) -> None:
        self._original = original
        self._index = timeline.index
        self._numbers = numbers_of(source, timeline.index)
        numbers = {number for mask in masks for number in mask.frames(timeline.index)} - alike
        numbers.update(number for gone in timeline.removed for number in gone)
        # Pictures that nobody is shown, or that have no number, may not be seen either.
        self._hidden = np.isin(self._numbers, [-1, *numbers])

    def found_in(self, made: File, content: FileBytes, copies: NDArray[np.int64], edits: HeardEdits) -> str:
        """Which of them, or which unheard sound, is found in a file, in words; empty where none is.

        Args:
            content: of the made file.
            copies: where slices lie that are the original's own and may be seen.
        """
        pieces = Pieces()
        for place, unit in self._slices(self._hidden):
            pieces.add(place, unit)
        gather_unheard(self._original, edits, pieces)
        found = {piece.digest: piece.owner for piece, _ in pieces.found_in(content, joined(copies))}
        # Transport streams cut everything into small packets.
        for number in streams_of(made.path) if pieces and made.format == "mpegts" else ():
            with Payloads(made.path, number, made.pulse) as carried:
                found |= {
                    piece.digest: piece.owner for piece, _ in pieces.found_in(carried, joined(_NOTHING))
                }
        if found and not self._hidden.all():
            # The same slice may be that of a frame that nobody hides: where nothing moves, many are alike.
            for _, unit in self._slices(~self._hidden):
                found.pop(digest_of(unit), None)
        if not found:
            return ""
        owners = set(found.values()) - {SOUND}
        words = [f"{self._names(owners)} still in the file"] if owners else []
        if SOUND in found.values():
            words.append("sound that was silenced or taken out is still in the file")
        return "; ".join(words)

    def _names(self, places: set[int]) -> str:
        """Frames of the original by their places, in words that go on with what they are."""
        number = min(int(self._numbers[place]) for place in places)
        if number < 0:
            return "pictures of the original that are not shown are"
        name = f"frame {number} ({self._index.timecode(self._index.pts[number])}) of the original"
        return f"{name} is" if len(places) == 1 else f"{name} and {len(places) - 1} more are"

    def _slices(self, pictures: NDArray[np.bool_]) -> Iterator[tuple[int, memoryview | bytes]]:
        """The slices of some coded pictures, each with the picture's place; without the header of a unit."""
        with self._original.open() as container:
            stream = picture_stream(container)
            syntax = Packing(stream)
            for place, packet in enumerate(packets_of(container, stream, Pictures())):
                self._original.pulse.beat()
                # Those between may say how the rest is to be taken apart.
                if pictures[place] or packet.has_sidedata("new_extradata"):
                    slices = syntax.read(packet).slices
                    yield from ((place, unit[_UNIT_HEADER:]) for unit in slices if pictures[place])


def _messages(made: File, source: Pictures, copies: Pictures) -> str:
    """What a made file's coded pictures carry beside what is needed to decode and show them, in words.

    Where everything was encoded anew, the encoder may have said its name.
    """
    signed = not np.isin(copies.slices[:, 0], source.slices[:, 0]).any()
    found = Findings()
    with made.open() as container:
        stream = picture_stream(container)
        packing = Packing(stream)
        configuration = bytes(stream.codec_context.extradata or b"")
        if strange := packing.strange_configuration(configuration, signed=signed):
            found.add(partial("{} before all pictures".format, strange))
        for number, packet in enumerate(packets_of(container, stream, Pictures())):
            made.pulse.beat()
            if packet.has_sidedata("new_extradata"):
                packing.read(packet)
                new = bytes(cast("bytes", packet.get_sidedata("new_extradata")))
                if strange := packing.strange_configuration(new, signed=signed):
                    found.add(partial("{} before picture {}".format, strange, number))
            if strange := packing.strange(memoryview(cast("bytes", packet)), signed=signed):
                found.add(partial("{} in picture {} as stored".format, strange, number))
    return found.words()


def _packets(made: File) -> list[int]:
    """How many packets a file has of each of its streams."""
    with made.open() as container:
        counts = Counter[int]()
        for packet in container.demux():
            made.pulse.beat()
            counts[packet.stream_index] += bool(packet.size)
        return [counts[stream.index] for stream in container.streams]


def _nothing_else(original: File, made: File) -> str:
    """What the made file holds beside the pictures and the original's number of sounds, in words."""
    with original.open() as source, made.open() as copy:
        kinds = Counter[str](stream.type for stream in copy.streams)
        wanted = Counter[str](video=1, audio=len(source.streams.audio))
        found = [
            f"{kinds[kind]} of {kind} instead of {wanted[kind]}"
            for kind in kinds | wanted
            if kinds[kind] != wanted[kind]
        ]
        tags = chain(copy.metadata, *(stream.metadata for stream in copy.streams))
        found += sorted({f"the tag {tag}" for tag in tags if tag.casefold() not in _OWN_TAGS})
        if copy.chapters():
            found.append("chapters")
    return ", ".join(found)
