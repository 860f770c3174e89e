"""MP4, MOV and HEIC files as a whole: every box, every track, every byte among the coded pictures.

Sources: ISO/IEC 14496-12 and -14, Apple's QuickTime File Format, 3GPP TS 26.244, Google's
notes on cameras' boxes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from footage.media.auditing.boxes import Box, audit_data_references, audit_path, audit_rest, boxes
from footage.media.auditing.findings import Findings, bytes_counted, quoted
from footage.media.auditing.heif import audit_items, clean_aperture
from footage.media.auditing.jpeg import audit_behind
from footage.media.auditing.samples import Track, fragment_samples, hidden_by_edits, sample_places
from footage.media.auditing.source import BROKEN, Malformed, Source, gaps
from footage.media.auditing.user_data import DEVICES, audit_meta, audit_track_name, audit_user_data
from footage.model.leak import Item

_EMPTY_AT_TOP = frozenset((b"ftyp", b"styp", b"sidx", b"ssix", b"mfra", b"mdat", b"pdin"))
_MOVIE_PARTS = frozenset((b"iods",))
_TRACK_PARTS = frozenset((b"tref", b"tapt", b"load", b"imap", b"trgr", b"elng"))
_MEDIA_PARTS = frozenset((b"elng",))
# Of fixed size, in bytes.
_HEADERS = {b"vmhd": 12, b"smhd": 8, b"nmhd": 4, b"sthd": 4, b"hmhd": 20}
_PLAIN_HEADERS = {b"gmin": 16, b"text": 36}
_TABLES = frozenset(
    (
        *(b"stts", b"ctts", b"cslg", b"stss", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"sdtp", b"sbgp"),
        *(b"sgpd", b"stps", b"subs", b"padb", b"saiz", b"saio", b"stsh", b"stdp", b"csgp"),
    )
)
_ENTRY_PARTS = frozenset(
    (
        *(b"avcC", b"hvcC", b"av1C", b"vpcC", b"esds", b"dOps", b"dfLa", b"dac3", b"dec3", b"alac", b"chan"),
        *(b"chnl", b"wave", b"colr", b"pasp", b"clap", b"fiel", b"gama", b"btrt", b"mdcv", b"clli", b"ccst"),
        *(b"SmDm", b"CoLL", b"damr", b"d263", b"pcmC", b"srat", b"glbl", b"ACLR", b"APRG", b"ARES", b"AORD"),
        *(b"strf", b"sinf", b"auxi", b"lhvC", b"hvcE", b"dvcC", b"dvvC", b"amve", b"cclv", b"ddts", b"mvcC"),
        *(b"st3d", b"sv3d", b"vexu", b"hfov", b"SAmp", b"enda", b"frma", b"\0\0\0\0", b"JPEG", b"ispe"),
        *(b"ADHR", b"ARES", b"cios", b"avcE", b"jbrd", b"wfex"),
    )
)
_SIZES = {b"vide": 86, b"auxv": 86, b"pict": 86}
_TELEMETRY = frozenset((b"gpmd", b"camm", b"mebx", b"rtmd", b"fdsc", b"priv", b"djmd", b"dbgi", b"text-gps"))
_COMPRESSORS = re.compile(
    r"(Lavc|AVC Coding|AVC encoder|HEVC Coding|AV1|AOM|H\.?26[45]|Apple|Photo - JPEG|DVCPRO|DV/|XDCAM|MPEG"
    r"|DNx|Avid|VP[89]|Motion JPEG|JVT/AVC|VPC|VC Coding|None|Animation|CineForm|x26[45]|libx|Uncompressed)",
    re.IGNORECASE,
)
_EPOCH_SECONDS = 2_082_844_800
_LEAST_CROP = 64
_MOST_TRACKS = 64
_UNHEARD_SECONDS = 0.15


def audit_movie(source: Source, found: Findings, *, still: bool = False) -> None:
    """Look through a file of boxes.

    Args:
        still: whether it is a HEIC or AVIF, where no film belongs.
    """
    movie = _Movie(source, found, still)
    try:
        movie.walk()
        movie.judge()
    except BROKEN as error:
        found.unread("a part of it", error)


@dataclass(slots=True)
class _Movie:
    source: Source
    found: Findings
    still: bool
    tracks: list[Track] = field(default_factory=list)
    scale: int = 1
    media: list[tuple[int, int]] = field(default_factory=list)
    named: list[tuple[int, int]] = field(default_factory=list)
    chapters: set[int] = field(default_factory=set)
    defaults: dict[int, tuple[int, int, int]] = field(default_factory=dict)

    def walk(self) -> None:
        """Look at every box at the top."""
        end = 0
        try:
            for box in boxes(self.source):
                end = box.end
                self._top(box)
        except Malformed as error:
            if not end:
                raise
            if self._is_a_box(end):
                self.found.unread("a part of it", error)
                return
            audit_behind(self.source, end, self.found)

    def judge(self) -> None:
        """Weigh what is left when every box was seen: bytes that no table names, and what edits hide."""
        for track in self.tracks:
            self._judge_track(track)
            self.named += sample_places(self.source, track)
        for start, end in self.media:
            for first, last in gaps(self.named, start, end):
                if not self.source.blank(first, last, b"\0\xff"):
                    item = Item.UNREFERENCED_BYTES if self.still else Item.UNNAMED_MDAT_BYTES
                    words = f"{bytes_counted(last - first)} from byte {first:,} on that no table names"
                    self.found.leak(item, words)
        self._count_pictures()

    def _is_a_box(self, at: int) -> bool:
        """Whether what does not fit reads like a box all the same."""
        kind = self.source.at(at + 4, 4)
        return len(kind) == 4 and all(0x20 <= sign < 0x7F for sign in kind) and kind.isalnum()

    def _top(self, box: Box) -> None:
        source, found = self.source, self.found
        match box.kind:
            case b"moov":
                if self.still:
                    found.leak(Item.HEIF_EXTRA_PICTURE, "a film or a row of pictures goes with the still")
                self._movie(box)
            case b"moof":
                self._fragment(box)
            case b"mdat":
                self.media.append((box.body, box.end))
            case b"meta":
                self._items(box)
            case b"udta":
                audit_user_data(source, box, found)
            case b"pnot" | b"PICT":
                found.leak(Item.EMBEDDED_PICTURE, f"a preview ({box.name}) stands beside the film")
            case b"emsg":
                found.leak(Item.TELEMETRY, "a box of events")
            case b"prft":
                found.leak(Item.CREATION_TIME, "a box tells when it was produced")
            case b"mpvd":
                found.leak(Item.MOTION_PHOTO, "a video goes with the still")
            case _ if box.kind not in _EMPTY_AT_TOP:
                audit_rest(source, box, found, "the file")

    def _items(self, box: Box) -> None:
        if self.still:
            self.named += audit_items(self.source, box, self.found)
        else:
            self.found.leak(Item.UNKNOWN_PART, f"a directory of further items ({box.name})")

    def _movie(self, box: Box) -> None:
        for part in boxes(self.source, box.body, box.end):
            match part.kind:
                case b"mvhd":
                    self.scale = self._times(part, "the file")
                case b"trak":
                    if len(self.tracks) >= _MOST_TRACKS:
                        raise Malformed(f"has more than {_MOST_TRACKS} tracks")
                    self._track(part)
                case b"udta":
                    audit_user_data(self.source, part, self.found)
                case b"meta":
                    audit_meta(self.source, part, self.found)
                case b"mvex":
                    self._defaults(part)
                case b"rmra":
                    audit_path(self.source.part(part.body, part.end), part.name, self.found)
                case _ if part.kind not in _MOVIE_PARTS:
                    audit_rest(self.source, part, self.found, "the film's index")

    def _times(self, box: Box, what: str) -> int:
        """Note when something was made; gives its time scale."""
        wide = self.source.number(box.body, 1) == 1
        size = 8 if wide else 4
        made = max(self.source.number(box.body + 4, size), self.source.number(box.body + 4 + size, size))
        if made:
            self.found.leak(Item.CREATION_TIME, f"{what} was made on {_day(made)}")
        return max(1, self.source.number(box.body + 4 + 2 * size, 4))

    def _defaults(self, box: Box) -> None:
        for part in boxes(self.source, box.body, box.end):
            if part.kind == b"trex":
                values = [self.source.number(part.body + 4 + 4 * number, 4) for number in range(5)]
                self.defaults[values[0]] = (values[2], values[3], values[4])

    def _track(self, box: Box) -> None:
        track = Track()
        self.tracks.append(track)
        for part in boxes(self.source, box.body, box.end):
            match part.kind:
                case b"tkhd":
                    self._header(part, track)
                case b"mdia":
                    self._media(part, track)
                case b"edts":
                    track.edits = next((b for b in boxes(self.source, part.body, part.end)), None)
                case b"udta":
                    audit_user_data(self.source, part, self.found)
                case b"meta":
                    audit_meta(self.source, part, self.found)
                case b"tref":
                    self._references(part)
                case _ if part.kind not in _TRACK_PARTS:
                    audit_rest(self.source, part, self.found, "a track's index")

    def _header(self, box: Box, track: Track) -> None:
        wide = self.source.number(box.body, 1) == 1
        size = 8 if wide else 4
        if max(self.source.number(box.body + 4 + n * size, size) for n in (0, 1)):
            made = self.source.number(box.body + 4, size)
            self.found.leak(Item.CREATION_TIME, f"a track was made on {_day(made)}")
        track.enabled = bool(self.source.number(box.body + 3, 1) & 1)
        track.number = self.source.number(box.body + 4 + 2 * size, 4)
        track.group = self.source.number(box.body + (46 if wide else 34), 2)

    def _references(self, box: Box) -> None:
        for part in boxes(self.source, box.body, box.end):
            if part.kind == b"chap":
                count = (part.end - part.body) // 4
                self.chapters |= {self.source.number(part.body + 4 * n, 4) for n in range(min(count, 64))}

    def _media(self, box: Box, track: Track) -> None:
        for part in boxes(self.source, box.body, box.end):
            match part.kind:
                case b"mdhd":
                    track.scale = self._times(part, "a track")
                case b"hdlr":
                    track.kind = self.source.at(part.body + 8, 4)
                    self._handler(part)
                case b"minf":
                    self._information(part, track)
                case b"udta":
                    audit_user_data(self.source, part, self.found)
                case _ if part.kind not in _MEDIA_PARTS:
                    audit_rest(self.source, part, self.found, "a track's media")

    def _handler(self, box: Box) -> None:
        raw = self.source.at(box.body + 24, min(200, box.end - box.body - 24))
        name = raw.split(b"\0")[0].decode("utf-8", "replace").strip()
        name = "".join(sign for sign in name if sign.isprintable()).strip()
        audit_track_name(name, self.found)

    def _information(self, box: Box, track: Track) -> None:
        for part in boxes(self.source, box.body, box.end):
            match part.kind:
                case b"stbl":
                    self._tables(part, track)
                case b"dinf":
                    audit_data_references(self.source, part, self.found)
                case b"hdlr":
                    self._handler(part)
                case b"gmhd":
                    for header in boxes(self.source, part.body, part.end):
                        self._fixed(header, _PLAIN_HEADERS, "a track's header")
                case _:
                    self._fixed(part, _HEADERS, "a track's media")

    def _fixed(self, box: Box, sizes: Mapping[bytes, int], where: str) -> None:
        """Note a box that is not among those, or that holds more than it should."""
        if box.end - box.body > sizes.get(box.kind, 0):
            audit_rest(self.source, box, self.found, where)

    def _tables(self, box: Box, track: Track) -> None:
        for part in boxes(self.source, box.body, box.end):
            if part.kind == b"stsd":
                self._descriptions(part, track)
            elif part.kind in _TABLES:
                track.tables[part.kind] = part
            else:
                audit_rest(self.source, part, self.found, "a track's tables")

    def _descriptions(self, box: Box, track: Track) -> None:
        for entry in boxes(self.source, box.body + 8, box.end):
            track.codings.append(entry.kind)
            if track.kind in _SIZES:
                self._picture_entry(entry)
            elif track.kind == b"soun":
                self._sound_entry(entry)

    def _picture_entry(self, entry: Box) -> None:
        name = self.source.at(entry.body + 42, 32)
        told = name[1 : 1 + name[0]] if name else b""
        text = told.decode("utf-8", "replace").strip("\0 \n\r")
        if text and DEVICES.search(text):
            self.found.leak(Item.CAMERA_MAKE, f"its pictures were coded by {quoted(text)}")
        elif text and _COMPRESSORS.match(text):
            self.found.trace(Item.ENCODER, f"its pictures were coded by {quoted(text)}")
        elif text:
            self.found.text(Item.HANDLER_NAME, "its pictures were coded by", text)
        size = self.source.number(entry.body + 24, 2), self.source.number(entry.body + 26, 2)
        for part in self._inner(entry, entry.start + _SIZES[b"vide"]):
            if part.kind == b"clap":
                crop = clean_aperture(self.source, part.body)
                if any(whole - shown > _LEAST_CROP for whole, shown in zip(size, crop, strict=True)):
                    words = f"{size[0]} x {size[1]} pixels are there, {crop[0]} x {crop[1]} are shown"
                    self.found.leak(Item.HIDDEN_BY_CROP, words)
            elif part.kind == b"lhvC":
                self.found.leak(Item.HIDDEN_LAYER, "its pictures have a second layer")

    def _sound_entry(self, entry: Box) -> None:
        version = self.source.number(entry.body + 8, 2)
        start = entry.body + 28 + {1: 16, 2: 36}.get(version, 0)
        for _ in self._inner(entry, start):
            pass

    def _inner(self, entry: Box, start: int) -> list[Box]:
        """The boxes in a description; what is none of the known ones is noted."""
        end = entry.end
        if end - start < 8 or self.source.blank(start, end):
            return []
        found = []
        for part in boxes(self.source, start, end):
            found.append(part)
            if part.kind not in _ENTRY_PARTS:
                audit_rest(self.source, part, self.found, "a track's description")
        return found

    def _fragment(self, box: Box) -> None:
        for part in boxes(self.source, box.body, box.end):
            if part.kind == b"traf":
                for inner in boxes(self.source, part.body, part.end):
                    if inner.kind not in (b"tfhd", b"tfdt", b"trun", *_TABLES):
                        audit_rest(self.source, inner, self.found, "a fragment")
                self.named += fragment_samples(self.source, box, part, self.defaults, self.tracks)
            elif part.kind not in (b"mfhd", b"pssh"):
                audit_rest(self.source, part, self.found, "a fragment")

    def _judge_track(self, track: Track) -> None:
        found, kind, codings = self.found, track.kind, set(track.codings)
        pictures = kind in (b"vide", b"pict")
        if track.number in self.chapters:
            found.leak(Item.CHAPTERS, "a track of chapters")
        elif kind == b"auxv":
            found.leak(Item.DEPTH_MAP, "an auxiliary track of pictures (depth, transparency)")
        elif kind in (b"text", b"sbtl", b"subt", b"clcp", b"subp"):
            found.leak(Item.SUBTITLES, "a track of text")
        elif kind == b"tmcd" or b"tmcd" in codings:
            found.leak(Item.TIMECODE_TRACK, "a track of timecode")
        elif kind == b"meta" or codings & _TELEMETRY:
            what = ", ".join(sorted(coding.decode("latin-1") for coding in codings))
            found.leak(Item.TELEMETRY, f"a track of data ({what})")
        elif not pictures and kind != b"soun" and not (self.still and kind == b"pict"):
            found.leak(Item.DATA_TRACK, f"a track of the kind {quoted(kind.decode('latin-1'))}")
        self._judge_play(track, pictures=pictures)

    def _judge_play(self, track: Track, *, pictures: bool) -> None:
        if not track.enabled and (pictures or track.kind == b"soun"):
            others = [each for each in self.tracks if each.kind == track.kind and each.enabled]
            # Sound that a viewer can choose instead of other sound is not hidden.
            chosen = track.kind == b"soun" and track.group and any(o.group == track.group for o in others)
            what = "pictures" if pictures else "sound"
            words = f"a track of {what} that players do not play"
            (self.found.trace if chosen else self.found.leak)(Item.DISABLED_TRACK, words)
        if not pictures and track.kind != b"soun":
            return
        hidden, seconds = hidden_by_edits(self.source, track, self.scale)
        if pictures and hidden:
            self.found.leak(Item.EDIT_LIST_HIDDEN, f"an edit list hides {hidden:,} pictures")
        elif seconds > _UNHEARD_SECONDS:
            self.found.leak(Item.EDIT_LIST_HIDDEN, f"an edit list hides {seconds:.2f} seconds of sound")

    def _count_pictures(self) -> None:
        moving = [
            track
            for track in self.tracks
            if track.kind in (b"vide", b"pict") and track.number not in self.chapters
        ]
        if len(moving) > 1:
            self.found.leak(Item.SECOND_VIDEO, f"it holds {len(moving)} tracks of pictures")


def _day(seconds: int) -> str:
    """The day of a time that is counted from 1904."""
    unix = seconds - _EPOCH_SECONDS
    if not 0 < unix < 1 << 33:
        return f"{seconds:,} seconds after 1904"
    moment: NDArray[np.datetime64] = np.array(unix).astype("datetime64[s]")
    return str(moment).replace("T", " ")
