"""Published files held against their original: what was hidden is found wherever it shows."""

import base64
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import clips
import masked
import planted
from footage.media.audit import Candidate, hold_against
from footage.media.auditing.needles import Needles, needles_of
from footage.media.auditing.sights import frame_sights, grey_of, sights_of
from footage.media.auditing.source import source_of
from footage.media.painting import mask_still
from footage.media.picture import Picture, as_image
from footage.media.sandbox import Sandbox
from footage.media.sniff import FORMATS, HEAD_SIZE, sniff
from footage.model.flag import Mask, Treatment
from footage.model.geometry import Pose, Region, Shape, polygon_pose
from footage.model.leak import Item, Leak
from footage.model.progress import Silent
from footage.model.redaction import Redaction
from footage.model.span import FrameIndex, Span

Pixels = NDArray[np.uint8]
SIZE = (320, 180)
FRAMES = 36
FACE = Region(0.4, 0.3, 0.25, 0.4)
HIDING = (Treatment.FILL, Treatment.MOSAIC, Treatment.BLUR)


def scene(number: int, size: tuple[int, int] = SIZE) -> Pixels:
    """A textured ground that moves a little from frame to frame, with something finer in the middle."""
    width, height = size
    random = np.random.default_rng(5)
    ground = cv2.resize(random.integers(40, 200, (30, 60, 3), dtype=np.uint8), (2 * width, 2 * height))
    thing = cv2.resize(random.integers(0, 256, (14, 10, 3), dtype=np.uint8), (width // 4, height // 2))
    shown = np.ascontiguousarray(ground[number : number + height, 2 * number : 2 * number + width])
    top, left = height // 4, int(0.4 * width)
    shown[top : top + thing.shape[0], left : left + thing.shape[1]] = thing
    return np.asarray(shown, np.uint8)


@dataclass(frozen=True)
class Original:
    """A clip, its frame index, and what is to be hidden in its frames 10 to 24."""

    path: Path
    index: FrameIndex
    mask: Mask


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Original:
    path = tmp_path_factory.mktemp("original") / "clip.mp4"
    clips.make(path, frames=FRAMES, size=SIZE, drawn=[scene(number) for number in range(FRAMES)], gop=60)
    index = masked.index_of(path)
    return Original(path, index, masked.mask(index, 10, 24, FACE))


def held(
    original: Original, files: Sequence[Path], scratch: Path, redaction: Redaction | None = None
) -> list[Leak]:
    """What is found in files."""
    candidates = []
    for path in files:
        with path.open("rb") as file:
            head = file.read(HEAD_SIZE)
        is_text = path.suffix in (".html", ".xmp")
        candidates.append(Candidate(path.name, path, None if is_text else sniff(head)))
    scratch.mkdir(exist_ok=True)
    redaction = redaction or Redaction((original.mask,))
    with Sandbox([original.path, *files], scratch) as sandbox:
        found = hold_against(
            sandbox, original.path, FORMATS["mp4"], original.index, redaction, candidates, Silent()
        )
    return list(found)


def items(found: Sequence[Leak], path: Path) -> set[str]:
    """What was found in one of the files."""
    return {str(leak.item) for leak in found if leak.file == path.name}


def still(path: Path, number: int, size: tuple[int, int] = SIZE, *, hidden: bool = False) -> Path:
    """A frame as a still: as it is, or with a grey box where the mask belongs."""
    shown = scene(number)
    if hidden:
        shown[48:132, 120:216] = 90
    Image.fromarray(shown).resize(size).save(path)
    return path


def test_what_shows_the_original_is_found_and_what_is_masked_is_not(
    original: Original, tmp_path: Path
) -> None:
    poster = still(tmp_path / "poster.jpg", 17, (240, 135))
    before = still(tmp_path / "before.jpg", 4)
    clean = still(tmp_path / "clean.jpg", 17, hidden=True)
    web, trimmed = tmp_path / "web.mp4", tmp_path / "trimmed.mkv"
    clips.run("-i", original.path, "-vf", "scale=240:-2,eq=brightness=0.05", "-crf", "28", web)
    clips.run("-ss", "0.5", "-i", original.path, "-t", "0.3", trimmed)
    copy = tmp_path / "copy.ts"
    clips.run("-i", original.path, "-c", "copy", copy)
    page = tmp_path / "page.html"
    data = base64.b64encode(poster.read_bytes()).decode()
    page.write_text(f'<img src="data:image/jpeg;base64,{data}">')
    files = [poster, before, clean, web, trimmed, copy, page, original.path]
    found = held(original, files, tmp_path / "scratch")
    pictures, packets = Item.UNMASKED_PICTURE, Item.UNMASKED_PACKETS
    assert (
        items(found, poster) == items(found, web) == items(found, trimmed) == items(found, page) == {pictures}
    )
    assert items(found, copy) == items(found, original.path) == {pictures, packets}
    assert items(found, before) == items(found, clean) == set()
    (told,) = (leak.message for leak in found if leak.file == poster.name)
    assert told == "it shows what flag 1 hides, as on frame 17 of the original"


def test_masked_renditions_pass(original: Original, tmp_path: Path) -> None:
    files = []
    for treatment in HIDING:
        mask = replace(original.mask, treatment=treatment)
        made = masked.rendered(original.path, [mask], tmp_path / treatment).path
        poster = tmp_path / f"{treatment}.png"
        clips.run("-ss", "0.7", "-i", made, "-frames:v", "1", poster)
        files += [made, poster]
    assert held(original, files, tmp_path / "scratch") == []


def test_small_pictures_inside_others_are_found(original: Original, tmp_path: Path) -> None:
    clean = still(tmp_path / "clean.jpg", 17, hidden=True)
    small = still(tmp_path / "small.jpg", 17, (160, 90)).read_bytes()
    turned = tmp_path / "turned.jpg"
    Image.open(tmp_path / "small.jpg").rotate(90, expand=True).save(turned)
    barred = tmp_path / "barred.jpg"
    canvas = Image.new("RGB", (160, 120))
    canvas.paste(Image.open(tmp_path / "small.jpg"), (0, 15))
    canvas.save(barred)
    data = clean.read_bytes()
    files = []
    for name, inner in (("plain", small), ("turned", turned.read_bytes()), ("barred", barred.read_bytes())):
        path = tmp_path / f"with-{name}.jpg"
        path.write_bytes(data[:2] + planted.segment(0xE5, b"preview\0" + inner) + data[2:])
        files.append(path)
    animated = tmp_path / "animated.png"
    Image.open(clean).save(animated, save_all=True, append_images=[Image.fromarray(scene(17))])
    seen_through = tmp_path / "transparent.png"
    layered = np.dstack((scene(17), np.full(SIZE[::-1], 255, np.uint8)))
    layered[40:140, 110:230, 3] = 0
    Image.fromarray(layered).save(seen_through)
    files += [animated, seen_through]
    found = held(original, files, tmp_path / "scratch")
    assert {path.name: items(found, path) for path in files} == {
        path.name: {Item.UNMASKED_PICTURE} for path in files
    }


def test_what_was_cut_out_is_found(original: Original, tmp_path: Path) -> None:
    index = original.index
    cut = Redaction(cuts=(Span(index.pts[10], index.pts[25]),))
    removed, stays = still(tmp_path / "removed.jpg", 17), still(tmp_path / "stays.jpg", 5)
    kept = tmp_path / "kept.mp4"
    clips.run("-i", original.path, "-vf", "select='not(between(n,10,24))',setpts=N/25/TB", kept)
    late = tmp_path / "late.mp4"
    clips.run("-i", original.path, "-vf", "select='not(between(n,11,25))',setpts=N/25/TB", late)
    files = [removed, stays, kept, late, original.path]
    found = held(original, files, tmp_path / "scratch", cut)
    assert items(found, removed) == items(found, late) == {Item.CUT_PICTURE}
    assert items(found, original.path) == {Item.CUT_PICTURE, Item.UNMASKED_PACKETS}
    assert items(found, stays) == items(found, kept) == set()


def test_a_scene_that_stands_still_shows_no_more_of_a_cut_than_of_the_rest(tmp_path: Path) -> None:
    path, kept = tmp_path / "still.mp4", tmp_path / "kept.mp4"
    clips.make(path, frames=FRAMES, size=SIZE, drawn=[scene(3)] * FRAMES)
    index = masked.index_of(path)
    clips.run("-i", path, "-vf", "select='not(between(n,10,24))',setpts=N/25/TB", kept)
    cut = Redaction(cuts=(Span(index.pts[10], index.pts[25]),))
    standing = Original(path, index, masked.mask(index, 10, 24, FACE))
    assert held(standing, [kept], tmp_path / "scratch", cut) == []


def test_coded_pictures_are_found_anywhere(original: Original, tmp_path: Path) -> None:
    hidden = frozenset(range(10, 25))
    needles = needles_of(str(original.path), "mp4", original.index, hidden)
    assert needles.found_in(source_of(original.path.read_bytes())) == hidden
    cut_up = tmp_path / "cut-up.ts"
    clips.run("-i", original.path, "-c", "copy", cut_up)
    assert needles.found_in(source_of(cut_up.read_bytes())) >= frozenset(range(11, 25))
    anew = tmp_path / "anew.mp4"
    clips.run("-i", original.path, "-crf", "18", anew)
    assert needles.found_in(source_of(anew.read_bytes())) == set()
    others = needles_of(str(original.path), "mp4", original.index, frozenset(range(5)))
    assert others.found_in(source_of(original.path.read_bytes())) == frozenset(range(5))


def test_pieces_that_may_be_shown_do_not_count() -> None:
    needles = Needles()
    slices = [planted.random_bytes(number, 400) for number in range(3)]
    for number, each in enumerate(slices):
        needles.add(each, number)
    needles.forget(b"before" + slices[1] + b"behind")
    assert needles.found_in(source_of(b"".join(slices))) == {0, 2}
    assert needles.found_in(source_of(slices[0][:120] + bytes(300))) == set()
    needles.add(bytes(4000), 9)
    needles.add(b"short", 9)
    assert needles.found_in(source_of(bytes(9000) + b"short")) == set()


def test_a_needle_across_two_reads_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("footage.media.auditing.needles._READ", 64)
    needles, slice_ = Needles(), planted.random_bytes(8, 48)
    needles.add(slice_, 3)
    for before in range(40, 70, 5):
        assert needles.found_in(source_of(bytes(before) + slice_ + bytes(50))) == {3}


SHAPES = {
    "box": (Shape.BOX, Pose(None, FACE)),
    "ellipse": (Shape.ELLIPSE, Pose(None, FACE)),
    "polygon": (Shape.POLYGON, polygon_pose(None, [(0.4, 0.3), (0.65, 0.35), (0.6, 0.7), (0.42, 0.65)])),
    "whole": (Shape.BOX, Pose(None, Region(0.0, 0.0, 1.0, 1.0))),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("width", [100, 320, 640])
def test_every_treatment_hides_and_its_absence_shows(shape: str, width: int) -> None:
    outline, pose = SHAPES[shape]
    shown = scene(3, (640, 360))
    mask = Mask(1, None, outline, (pose,), Treatment.FILL, (0.02, 0.02))
    grey = grey_of(shown)
    sights = sights_of(16 / 9, [(0, *frame_sights(grey, [mask], 0))], [], [])

    def seen(picture: Pixels) -> bool:
        small = cv2.resize(picture, (width, round(width * 9 / 16)), interpolation=cv2.INTER_AREA)
        coded = cv2.imdecode(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 70])[1], cv2.IMREAD_COLOR)
        return sights.shown_in(grey_of(np.asarray(coded, np.uint8))) is not None

    assert seen(shown)
    assert seen(np.asarray(shown * 0.9 + 12, np.uint8))
    for treatment in HIDING:
        covered = mask_still(Picture(640, 360, 3, shown.tobytes()), [replace(mask, treatment=treatment)])
        assert not seen(np.asarray(as_image(covered), np.uint8)), treatment


def test_a_part_of_a_region_that_shows_is_found() -> None:
    shown = scene(3, (640, 360))
    mask = Mask(1, None, Shape.BOX, (Pose(None, FACE),), Treatment.FILL)
    sights = sights_of(16 / 9, [(0, *frame_sights(grey_of(shown), [mask], 0))], [], [])
    half = shown.copy()
    half[108:252, 256:336] = 0
    assert sights.shown_in(grey_of(half)) == (1, 0)
    half[108:252, 256:416] = 0
    assert sights.shown_in(grey_of(half)) is None


def test_nothing_is_said_where_nothing_can_be_seen() -> None:
    flat = np.full((360, 640, 3), 120, np.uint8)
    flat[:, :, 0] += np.linspace(0, 100, 640).astype(np.uint8)
    mask = Mask(1, None, Shape.BOX, (Pose(None, FACE),), Treatment.FILL)
    sights = sights_of(16 / 9, [(0, *frame_sights(grey_of(flat), [mask], 0))], [], [])
    assert sights.shown_in(grey_of(flat)) is None
    shown = scene(3, (640, 360))
    sights = sights_of(16 / 9, [(0, *frame_sights(grey_of(shown), [mask], 0))], [], [])
    tiny = cv2.resize(shown, (16, 9), interpolation=cv2.INTER_AREA)
    assert sights.shown_in(grey_of(np.asarray(tiny, np.uint8))) is None
    square = cv2.resize(shown, (360, 360), interpolation=cv2.INTER_AREA)
    assert sights.shown_in(grey_of(np.asarray(square, np.uint8))) is None


@pytest.mark.long
def test_real_footage(real_media: Path, tmp_path: Path) -> None:
    source = real_media / "mdn_elf.mp4"
    index = masked.index_of(source)
    mask = masked.mask(index, 90, 150, Region(0.35, 0.15, 0.3, 0.4))
    original = Original(source, index, mask)
    poster, copy = tmp_path / "poster.jpg", tmp_path / "copy.mp4"
    clips.run("-ss", "4", "-i", source, "-frames:v", "1", "-vf", "scale=320:-2", poster)
    shutil.copy(source, copy)
    assert {leak.file for leak in held(original, [poster, copy], tmp_path / "scratch")} == {
        poster.name,
        copy.name,
    }
    for treatment in HIDING:
        drawn = replace(mask, treatment=treatment)
        made = masked.rendered(source, [drawn], tmp_path / treatment).path
        assert held(original, [made], tmp_path / "scratch", Redaction((drawn,))) == []


def test_what_another_frame_shows_unmasked_is_not_hidden(tmp_path: Path) -> None:
    """A room under a mask grown over nearly all of it, before somebody comes in."""
    width, height = SIZE
    room = scene(0)
    random = np.random.default_rng(9)
    body = cv2.resize(random.integers(0, 256, (16, 8, 3), dtype=np.uint8), (50, 120))
    drawn = []
    for number in range(FRAMES):
        picture = cv2.resize(room, SIZE)
        picture[48:132, 120:216] = 120
        if number >= 12:
            picture[50:170, 130:180] = body
        drawn.append(np.asarray(picture, np.uint8))
    path = clips.make(tmp_path / "room.mp4", frames=FRAMES, size=SIZE, drawn=drawn, gop=60)
    index = masked.index_of(path)
    wide, close = Region(0.0, 0.0, 0.98, 1.0), Region(0.38, 0.24, 0.22, 0.74)
    track = tuple(
        polygon_pose(tick, _corners(wide if number < 10 else close)) for number, tick in enumerate(index.pts)
    )
    mask = Mask(1, index.whole, Shape.POLYGON, track, Treatment.FILL)
    source = Original(path, index, mask)
    covered, bare = tmp_path / "covered.png", tmp_path / "bare.png"
    hidden = drawn[20].copy()
    hidden[int(0.24 * height) : int(0.98 * height), int(0.38 * width) : int(0.6 * width)] = 90
    Image.fromarray(hidden).save(covered)
    Image.fromarray(drawn[20]).save(bare)
    found = held(source, [covered, bare], tmp_path / "scratch")
    assert items(found, covered) == set()
    assert items(found, bare) == {str(Item.UNMASKED_PICTURE)}


def _corners(region: Region) -> list[tuple[float, float]]:
    right, bottom = region.x + region.w, region.y + region.h
    return [(region.x, region.y), (right, region.y), (right, bottom), (region.x, bottom)]
