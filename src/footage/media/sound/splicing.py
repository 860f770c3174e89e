"""Sound with spans silenced and spans taken out, of which only the touched packets are encoded again.

What is promised of each stream, in exact seconds:

- **Without silences and removals** it is what ``rendering.muxing.sound_packets`` gives, byte for byte.
- **Silences**: every packet keeps its time, and its bytes unless it holds part of a silence or of the fades
  around it (:data:`footage.media.sound.edits.FADE`, before and after, never inside); of AAC up to two packets
  more before and five after are encoded anew, where its windows allow no joint sooner. Where the file's ticks
  are too coarse for its samples (a millisecond in MKV) a silence is one tick longer at each end. A silence is
  digital zero (AC-3 decoders add a dither of -100 dB, A-law has no zero), but for the coding noise of what is
  around it in the first and the last packet's length.
- **Removals**: what follows comes earlier by all the time removed before it, rounded to whole packets: within
  half a packet, however many removals there are. New times follow each other without a gap or an overlap
  wherever the source's do. What remains of a removed span because packets are whole is silent; where the ends
  overlap for the same reason, they are mixed.
- **PCM**: the same, to the sample. Packets are shortened or split.
- **Other codecs**: the stream is encoded anew throughout, and :attr:`SplicedSound.notes` says so. Its samples
  lie where PCM's would, its packets where the new codec has them.

No packet of the source that holds part of a silenced or removed span is copied, and whatever takes its place
was silenced before it was encoded.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import count

from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Discard

from footage.errors import Refused
from footage.media.demux import open_video
from footage.media.rendering.muxing import sound_packets
from footage.media.sniff import FORMATS
from footage.media.sound.coding import Facts, facts_of, grid_coding
from footage.media.sound.edits import Edits
from footage.media.sound.tracks import (
    Copied,
    Pcm,
    Spliced,
    Whole,
    pcm_bytes,
    time_of,
    whole_coding,
    whole_note,
)

_Times = Sequence[tuple[Fraction, Fraction]]
_PATIENCE = Fraction(10)
_ELSEWHERE = "convert its sound to AAC, add that video, and flag it"


class SplicedSound:
    """The sound of a clip after its edits, to be asked for by whoever writes the clip.

    Args:
        container: opened for this alone; read from its start by :meth:`packets`.
        sounds: streams of it.
        silences, removals: start and end in seconds on the container's own clock; in any order, they may
            overlap.

    Attributes:
        notes: what became of the sound that could not be spliced, in a reader's words.

    Raises:
        Refused: a stream to be edited cannot be decoded.
    """

    def __init__(
        self,
        container: InputContainer,
        sounds: Sequence[AudioStream],
        silences: _Times,
        removals: _Times,
    ) -> None:
        self._container = container
        self._sounds = sounds
        self._edited = any(start < end for start, end in (*silences, *removals))
        self._tracks: dict[int, Copied] = {}
        notes: list[str] = []
        for number, sound in enumerate(sounds, 1):
            facts = _facts(container, sound, number) if self._edited else None
            if facts is None:
                track = Copied(sound)
            else:
                edits = Edits(silences, removals, _slack(sound, facts))
                track, note = _track(sound, facts, edits, number)
                notes += [note] if note else []
            self._tracks[sound.index] = track
        self.notes = tuple(notes)

    def add_streams(self, out: OutputContainer) -> None:
        """Add one stream for each of the source's.

        Raises:
            ValueError, av.error.FFmpegError: the format does not take one of them.
        """
        for track in self._tracks.values():
            track.add_stream(out)

    def packets(self) -> Iterator["Packet[AudioStream]"]:
        """All packets with their new streams and times; to be asked for once.

        They come in the order of their times, of unedited sound in the source's own order.
        """
        source = sound_packets(self._container, self._sounds)
        if self._edited and len(self._tracks) > 1:
            yield from self._in_order(source)
            return
        for packet in source:
            yield from self._tracks[packet.stream_index].feed(packet)
        for track in self._tracks.values():
            yield from track.finish()

    def _in_order(self, source: Iterable["Packet[AudioStream]"]) -> Iterator["Packet[AudioStream]"]:
        """Wait with each packet for those of other streams; not for one that is silent for long."""
        waiting: list[tuple[Fraction, int, Packet[AudioStream]]] = []
        order = count()
        latest: dict[int, Fraction] = {}

        def take(index: int, packets: Iterable["Packet[AudioStream]"]) -> None:
            for packet in packets:
                time = time_of(packet) or Fraction(0)
                latest[index] = time
                heapq.heappush(waiting, (time, next(order), packet))

        for packet in source:
            index = packet.stream_index
            take(index, self._tracks[index].feed(packet))
            if not latest:
                continue
            settled = max(latest.values()) - _PATIENCE
            if len(latest) == len(self._tracks):
                settled = max(settled, min(latest.values()))
            while waiting and waiting[0][0] <= settled:
                yield heapq.heappop(waiting)[2]
        for index, track in self._tracks.items():
            take(index, track.finish())
        while waiting:
            yield heapq.heappop(waiting)[2]


def _facts(container: InputContainer, sound: AudioStream, number: int) -> Facts | None:
    """Look at a stream in a container of its own, for the one given is to be read from its start."""
    path = container.name.removeprefix("file:")
    names = container.format.name.split(",")
    home = next(each.name for each in FORMATS.values() if each.demuxer in names)
    with open_video(path, home) as again:
        for each in again.streams:
            each.discard = Discard.default if each.index == sound.index else Discard.all
        stream = next(each for each in again.streams.audio if each.index == sound.index)
        try:
            return facts_of(stream, sound_packets(again, [stream]))
        except ValueError as error:
            how = f", which is {error}," if str(error) else ""
            message = (
                f"sound {number}{how} cannot be decoded, so that nothing can be silenced in it or cut out"
            )
            raise Refused(message, _ELSEWHERE) from error


def _slack(sound: AudioStream, facts: Facts) -> Fraction:
    """By how much a packet's time may be wrong: by a tick, unless packets last whole ticks."""
    tick = sound.time_base or Fraction(0)
    return tick if tick and Fraction(facts.frame or 1, facts.rate) % tick else Fraction(0)


def _track(sound: AudioStream, facts: Facts, edits: Edits, number: int) -> tuple[Copied, str]:
    """How a stream is edited, and what a reader must be told of it."""
    if pcm_bytes(facts.codec):
        return Pcm(sound, facts, edits), ""
    if grid := grid_coding(facts):
        return Spliced(sound, grid, edits), ""
    if whole := whole_coding(facts):
        return Whole(sound, facts, whole, edits), f"sound {number} {whole_note(facts, whole)}"
    raise Refused(f"sound {number} cannot be encoded anew, which silencing and cutting need", _ELSEWHERE)
