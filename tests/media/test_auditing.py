"""The audit: every planted leak is named, clean files are clean, broken files end it early and quietly."""

import struct
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clips
import planted
from footage.actions.audit import audit
from footage.errors import BadInput
from footage.formats.quicktime import write_keys
from footage.formats.xmp import write_xmp
from footage.media.auditing.boxes import MOST_BOXES
from footage.media.auditing.findings import Findings
from footage.media.auditing.source import Source, gaps, source_of
from footage.media.auditing.task import audit as audit_task
from footage.media.auditing.tiff import Tiff
from footage.media.embed import embed
from footage.media.publish import publish_video
from footage.media.sandbox import Sandbox, rendering_limits
from footage.media.sniff import FORMATS, HEAD_SIZE, sniff
from footage.model.leak import Item, Leak, Severity
from footage.model.progress import Silent
from publications import EXAMPLE

Found = dict[str, list[Leak]]
STILLS = sorted(name for name, format in FORMATS.items() if format.pillow)


def by_file(found: tuple[Leak, ...]) -> Found:
    """Findings by the file they are in."""
    files: Found = {}
    for leak in found:
        files.setdefault(leak.file, []).append(leak)
    return files


def leaks(found: tuple[Leak, ...]) -> list[tuple[str, str, str]]:
    """The leaks among findings."""
    return [(each.file, each.item, each.message) for each in found if each.severity is Severity.LEAK]


def looked_at(path: Path, *, located: bool = False) -> list[list[str]]:
    """The findings of one file, without a sandbox around the reader."""
    with path.open("rb") as file:
        try:
            name = sniff(file.read(HEAD_SIZE)).name
        except BadInput:
            name = ""
    params: dict[str, Any] = {"path": str(path), "format": name, "names": [], "located": located}
    *_, (values, _) = audit_task(params, path.parent)
    findings = values["findings"]
    assert isinstance(findings, list)
    return findings


# planted leaks


@pytest.fixture(scope="session")
def leaking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all planted leaks; not to be changed."""
    work, folder = tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("planted")
    for each in planted.PLANTED:
        each.make(work / each.name)
        (work / each.name).rename(folder / each.name)
    return folder


@pytest.fixture(scope="session")
def audited(leaking: Path) -> Found:
    """What the audit says of them."""
    return by_file(audit(leaking, None, None, Silent()))


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of clean stills and videos; not to be changed."""
    folder = tmp_path_factory.mktemp("clean")
    made = [*planted.clean_stills(folder), *planted.clean_videos(folder)]
    assert len(made) == len(list(folder.iterdir())) >= 150
    return folder


def test_there_are_enough_planted_leaks() -> None:
    names = [each.name for each in planted.PLANTED]
    assert len(names) == len(set(names)) >= 120
    told = {each.item for each in planted.PLANTED}
    against = {Item.UNMASKED_PICTURE, Item.UNMASKED_PACKETS, Item.CUT_PICTURE}
    never_a_leak = {Item.CAMERA_SETTINGS, Item.DOCUMENT_ID, Item.ENCODER, Item.GIF_ANIMATION}
    others = {Item.EMBEDDED_PICTURE, Item.DATA_TRACK, Item.HEIF_DESCRIPTION, Item.UNREADABLE}
    assert set(Item) - told == against | never_a_leak | others


@pytest.mark.parametrize("each", planted.PLANTED, ids=lambda each: f"{each.item}-{each.name}")
def test_a_planted_leak_is_named(audited: Found, each: planted.Planted) -> None:
    found = audited.get(each.name, [])
    assert (each.item, Severity.LEAK) in [(leak.item, leak.severity) for leak in found]
    assert Item.UNREADABLE not in [leak.item for leak in found]


def test_what_is_found_is_said_in_words(audited: Found) -> None:
    for found in audited.values():
        for leak in found:
            assert leak.message and leak.message.isprintable() and len(leak.message) <= 400


# clean files


def test_clean_files_are_clean(clean: Path) -> None:
    assert leaks(audit(clean, None, None, Silent())) == []


def test_our_own_files_are_clean(clean: Path, tmp_path: Path) -> None:
    assert len(list(planted.own_stills(tmp_path))) == 4 * len(STILLS)
    assert len(list(planted.own_videos(tmp_path, clean))) == 2 * len(planted.OWN)
    assert leaks(audit(tmp_path, None, None, Silent())) == []


def test_coordinates_that_were_let_out_are_a_trace(tmp_path: Path) -> None:
    path = tmp_path / "still.jpg"
    path.write_bytes(planted.saved("JPEG"))
    embed(path, "jpeg", write_xmp(EXAMPLE), {})
    assert [Item.GPS, "leak"] in [found[:2] for found in looked_at(path)]
    assert {found[1] for found in looked_at(path, located=True)} == {"trace"}


def test_a_text_that_the_desk_gave_is_a_trace() -> None:
    found = Findings(["clip.mp4"])
    found.text(Item.JPEG_COMMENT, "a comment", "clip.mp4")
    found.text(Item.JPEG_COMMENT, "a comment", "clip.mp4 shows Ivan")
    assert [severity for _, severity, _ in found.all()] == ["trace", "leak"]


def test_what_repeats_itself_is_counted() -> None:
    found = Findings()
    for number in range(20):
        found.leak(Item.GPS, f"place {number}")
        found.leak(Item.GPS, "place 0")
    told = list(found.all())
    assert len(told) == 4
    assert told[-1][2] == "place 3, and 16 more"


# masters without what is said beside the pictures


@pytest.mark.parametrize(
    "name", ["user-data.mkv", "comment.avi", "exif.mov", "metadata.mkv", "sei.mp4", "captions.ts"]
)
def test_a_master_leaves_out_what_is_said_beside_its_pictures(
    leaking: Path, audited: Found, tmp_path: Path, name: str
) -> None:
    source = leaking / name
    assert leaks(tuple(audited[name]))
    with Sandbox([source], tmp_path, rendering_limits(320, 180)) as sandbox:
        master, web = planted.published(sandbox, source)
    assert [found for found in looked_at(master) if found[1] == "leak"] == []
    assert [found for found in looked_at(web) if found[1] == "leak"] == []
    assert _pictures(source) == _pictures(master) != []


def _pictures(path: Path) -> list[bytes]:
    """A hash of each decoded picture."""
    told = clips.run("-i", path, "-map", "0:v", "-f", "framemd5", "-")
    return [line.split(b",")[-1] for line in told.splitlines() if line[:1] == b"0"]


def test_words_that_no_remux_can_leave_out_are_told(tmp_path: Path) -> None:
    plain = clips.make(tmp_path / "plain.avi", codec="mpeg4", frames=6, size=(96, 64))
    source, scratch = tmp_path / "source.avi", tmp_path / "scratch"
    scratch.mkdir()
    content = plain.read_bytes()
    assert b"Lavc" in content
    source.write_bytes(content.replace(b"Lavc", b"Ivan"))
    told = []
    with Sandbox([tmp_path], scratch, rendering_limits(320, 180)) as sandbox:
        for path in (plain, source):
            told.append(publish_video(sandbox, path, FORMATS["avi"], Silent(), web=False).talking)
        assert not publish_video(sandbox, source, FORMATS["avi"], Silent(), web=True).talking
    assert told == [False, True]


# broken and hostile files


BROKEN = [
    *(
        "linked.jpg",
        "mpf.jpg",
        "compressed.png",
        "animated.webp",
        "comment.gif",
        "pages.tif",
        "thumbnail.heic",
    ),
    *("location.mov", "tags.mkv", "title.avi", "service.ts", "timecode.mxf", "chapters.mp4", "clip.mp4.xmp"),
]


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_end_the_audit_and_nothing_else(leaking: Path, tmp_path: Path, name: str) -> None:
    content, random = (leaking / name).read_bytes(), np.random.default_rng(3)
    begun = time.monotonic()
    for number in range(24):
        changed = bytearray(content)
        if number % 2:
            places = random.integers(12, len(changed), 12)
            changed[int(places[0])] ^= 0xFF
            for place in places[1:]:
                changed[place] = random.integers(0, 256)
        else:
            del changed[len(content) * number // 25 :]
        path = tmp_path / name
        path.write_bytes(changed)
        looked_at(path)
    assert time.monotonic() - begun < 15


def _ring() -> bytes:
    return b"II*\0\x08\0\0\0" + struct.pack("<HHHIII", 1, 0x0112, 3, 1, 1, 8)


def _bomb() -> bytes:
    words = zlib.compress(bytes(64 << 20), 9)
    return planted.in_png(planted.chunk(b"zTXt", b"Comment\0\0" + words))


def _many_samples() -> bytes:
    size = planted.box(b"stsz", struct.pack(">III", 0, 1, 0xFFFFFFFF))
    times = planted.box(b"stts", struct.pack(">IIII", 0, 1, 0xFFFFFFFF, 1))
    chunks = planted.box(b"stco", struct.pack(">III", 0, 1, 8)) + planted.box(
        b"stsc", struct.pack(">IIIII", 0, 1, 1, 0xFFFFFFFF, 1)
    )
    body = planted.box(b"stbl", size + times + chunks)
    movie = planted.box(b"moov", planted.box(b"trak", planted.box(b"mdia", planted.box(b"minf", body))))
    return planted.box(b"ftyp", b"isom\0\0\0\0") + movie


def _nested() -> bytes:
    body = b"deep"
    for _ in range(5000):
        body = b"<rdf:li>" + body + b"</rdf:li>"
    return planted.xmp("").replace(b"</rdf:Description>", body + b"</rdf:Description>")


def _huge_value() -> bytes:
    return b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 0x02BC, 1, 0xFFFFFFF0, 8) + bytes(4)


def _entities() -> bytes:
    return b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + planted.xmp("")


HOSTILE: dict[str, Callable[[], bytes]] = {
    "ring.tif": _ring,
    "bomb.png": _bomb,
    "samples.mp4": _many_samples,
    "box.mp4": lambda: planted.box(b"ftyp", b"isom\0\0\0\0") + b"\0\0\0\x01moov\x00\x7f" + b"\xff" * 6,
    "tiny-boxes.mp4": lambda: (
        planted.box(b"ftyp", b"isom\0\0\0\0") + planted.box(b"free", b"") * (MOST_BOXES + 1)
    ),
    "directory.tif": lambda: b"II*\0\x08\0\0\0\xff\xff" + bytes(99),
    "huge-value.tif": _huge_value,
    "element.mkv": lambda: (
        b"\x1aE\xdf\xa3\x80\x18S\x80g\x01\xff\xff\xff\xff\xff\xff\xff\x1fC\xb6u\xff" + b"\xa3\xff" * 9
    ),
    "list.avi": lambda: b"RIFF\xff\xff\xff\x7fAVI " + b"LIST\x10\0\0\0hdrl" * 50,
    "deep.xmp": _nested,
    "entities.xmp": _entities,
    "pixels.gif": lambda: b"GIF89a\xff\xff\xff\xff\0\0\0" + b"!\xfe\x01a\0" * 50_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_told_and_take_no_time(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name]())
    begun = time.monotonic()
    found = looked_at(path)
    assert time.monotonic() - begun < 10
    assert "leak" in [severity for _, severity, _ in found]


def test_a_source_is_read_in_bounded_pieces(tmp_path: Path) -> None:
    path = tmp_path / "bytes"
    path.write_bytes(bytes(5000) + b"x" + bytes(100))
    with path.open("rb") as file:
        whole = Source(file)
        part = whole.part(4990, 5010)
        assert (len(whole), len(part), part.at(8, 5)) == (5101, 20, b"\0\0x\0\0")
        assert whole.blank(0, 5000) and not whole.blank(0, 5001)
        assert part.at(19, 99) == b"\0" and part.at(20, 1) == b"" and part.at(-1, 1) == b""


def test_unnamed_bytes_are_what_no_stretch_names() -> None:
    assert gaps([], 3, 5) == [(3, 5)]
    assert gaps([(0, 10)], 3, 5) == []
    assert gaps([(4, 2), (3, 4), (6, 7)], 3, 8) == [(4, 6), (7, 8)]


def test_large_tiffs_are_read_too() -> None:
    big = b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0" + struct.pack(
        "<QHHQQQ", 1, 0x010F, 2, 5, 0x0000006E616D4900, 0
    )
    (entries,) = Tiff(source_of(big)).chain(16)
    assert [(entry.tag, entry.count) for entry in entries] == [(0x010F, 5)]


def test_tags_that_the_desk_states_in_xmp_too_are_traces_and_others_leaks(tmp_path: Path) -> None:
    for suffix in (".mp4", ".mov"):
        path = clips.make(tmp_path / f"clip{suffix}", frames=6, size=(64, 36))
        embed(path, suffix[1:], write_xmp(EXAMPLE), {}, write_keys(EXAMPLE))
        tags = [each for each in looked_at(path) if each[0] == Item.CONTAINER_TAG]
        assert tags[-1][2].endswith("and 3 more")
        assert {each[1] for each in tags} == {Severity.TRACE}
        path = clips.make(tmp_path / f"other{suffix}", frames=6, size=(64, 36))
        strange = write_keys(replace(EXAMPLE, headline="Batallion's cellar"))
        embed(path, suffix[1:], write_xmp(EXAMPLE), {}, strange)
        assert [each[2] for each in looked_at(path) if each[:2] == [Item.CONTAINER_TAG, Severity.LEAK]] == [
            'a tag com.apple.quicktime.title: "Batallion\'s cellar"'
        ]
