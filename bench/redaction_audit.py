"""What the audit finds, and what it does not take for a leak: ``python bench/redaction_audit.py``.

Planted leaks and clean files are those of the tests. Pictures are held against their originals on frames of
the samples and, where they are present, of real clips: a region at a chance place, covered in each way or not
at all, in a picture of a chance size and quality.
"""

import io
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from figures import Figure

import planted
from footage.actions.audit import audit
from footage.media.auditing.sights import LEAST_SIDE, Grey, Sights, frame_sights, grey_of, sights_of
from footage.media.painting import mask_still
from footage.media.picture import Picture, as_image
from footage.media.samples import make_samples
from footage.model.flag import Mask, Treatment
from footage.model.geometry import Pose, Region, Shape
from footage.model.leak import leaks_among
from footage.model.progress import Silent

REAL = Path(__file__).resolve().parents[2] / "shared" / "media"
TRIALS, SEED = 300, 11
SHOWN = (160, 320, 640, 1280)

Pixels = NDArray[np.uint8]


def figures() -> Iterator[Figure]:
    """Planted leaks found, leaks in clean files, and masked and unmasked pictures told apart."""
    with tempfile.TemporaryDirectory() as name:
        yield _planted(Path(name))
    with tempfile.TemporaryDirectory() as name:
        yield _clean(Path(name))
    with tempfile.TemporaryDirectory() as name:
        yield from _sights(_frames(Path(name)))


def _planted(folder: Path) -> Figure:
    work, files = folder / "work", folder / "files"
    work.mkdir()
    files.mkdir()
    for each in planted.PLANTED:
        each.make(work / each.name)
        (work / each.name).rename(files / each.name)
    found = {(leak.file, str(leak.item)) for leak in leaks_among(audit(files, None, None, Silent()))}
    named = sum((each.name, each.item) in found for each in planted.PLANTED)
    count = len(planted.PLANTED)
    return Figure("planted leaks named", f"{named}/{count}", "all of at least 40", named == count >= 40)


def _clean(folder: Path) -> Figure:
    own = folder / "own"
    own.mkdir()
    makers = (
        planted.clean_stills(folder),
        planted.clean_videos(folder),
        planted.own_stills(own),
        planted.own_videos(own, folder),
    )
    made = sum(1 for maker in makers for _ in maker)
    begun = time.monotonic()
    found = leaks_among(audit(folder, None, None, Silent()))
    seconds = time.monotonic() - begun
    told = f"{len({leak.file for leak in found})}/{made} ({1000 * seconds / made:.0f} ms each)"
    return Figure("clean files called leaking", told, "0 of at least 200", not found and made >= 200)


def _frames(folder: Path) -> list[Pixels]:
    clips = [make_samples(folder).clip, *sorted(REAL.glob("*.mp4"))]
    found = []
    for clip in clips:
        with av.open(str(clip)) as container:
            for number, frame in enumerate(container.decode(video=0)):
                if number in (20, 60):
                    found.append(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8))
                if number == 60:
                    break
    return found


@dataclass(frozen=True)
class _Trial:
    """A frame, a region in it, and how the frame is published."""

    frame: Pixels
    mask: Mask
    width: int
    quality: int


def _sights(frames: list[Pixels]) -> Iterator[Figure]:
    chance = random.Random(SEED)
    shown = judged = 0
    covered = dict.fromkeys((Treatment.FILL, Treatment.MOSAIC, Treatment.BLUR), 0)
    for number in range(TRIALS):
        trial = _trial(chance, frames, number)
        sights = _sights_of(trial)
        if _judgeable(trial, sights):
            judged += 1
            shown += sights.shown_in(_published(trial, trial.frame)) is not None
        height, width = trial.frame.shape[:2]
        picture = Picture(width, height, 3, trial.frame.tobytes())
        for treatment in covered:
            hidden = as_image(mask_still(picture, [replace(trial.mask, treatment=treatment)]))
            seen = sights.shown_in(_published(trial, np.asarray(hidden, np.uint8)))
            covered[treatment] += seen is not None
    share = shown / max(1, judged)
    yield Figure("unmasked pictures recognised", f"{shown}/{judged}", "at least 95 %", share >= 0.95)
    wrong, count = sum(covered.values()), TRIALS * len(covered)
    yield Figure("masked pictures called unmasked", f"{wrong}/{count}", "none", wrong == 0)


def _trial(chance: random.Random, frames: list[Pixels], number: int) -> _Trial:
    frame = chance.choice(frames)
    height, width = frame.shape[:2]
    w = chance.choice((0.06, 0.1, 0.2, 0.35))
    h = min(0.9, w * width / height * chance.uniform(0.6, 1.4))
    region = Region(chance.uniform(0, 1 - w), chance.uniform(0, 1 - h), w, h)
    grow = (max(4 / width, 0.05 * w), max(4 / height, 0.05 * h))
    shape = chance.choice((Shape.BOX, Shape.ELLIPSE))
    mask = Mask(number + 1, None, shape, (Pose(None, region),), Treatment.FILL, grow)
    return _Trial(frame, mask, chance.choice(SHOWN), chance.choice((60, 75, 90)))


def _sights_of(trial: _Trial) -> Sights:
    grey = grey_of(trial.frame)
    shape = grey.shape[1] / grey.shape[0]
    return sights_of(shape, [(0, *frame_sights(grey, [trial.mask], 0))], [], [])


def _judgeable(trial: _Trial, sights: Sights) -> bool:
    """Whether a person could tell anything in the region: it has some detail, and some pixels."""
    (spot,) = sights.spots[0]
    region = trial.mask.poses[0].region
    height = trial.width * trial.frame.shape[0] / trial.frame.shape[1]
    smooth = cv2.GaussianBlur(spot.grey.astype(np.float32), (0, 0), max(spot.grey.shape) / 8)
    detail = (spot.grey - smooth)[spot.inside].std()
    return bool(detail > 8 and min(region.w * trial.width, region.h * height) > 2 * LEAST_SIDE)


def _published(trial: _Trial, picture: Pixels) -> Grey:
    height = round(trial.width * picture.shape[0] / picture.shape[1])
    file = io.BytesIO()
    small = Image.fromarray(picture).resize((trial.width, height), Image.Resampling.LANCZOS)
    small.save(file, "JPEG", quality=trial.quality)
    return grey_of(np.asarray(Image.open(file).convert("RGB"), np.uint8))


if __name__ == "__main__":
    for figure in figures():
        print(figure.line(), flush=True)
