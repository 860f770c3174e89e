"""How well a region is followed: ``python bench/redaction_following.py [SEED…]``.

Makes sequences in 720p whose truth is known, encodes them, follows the target from one pose on the first
frame as ``flag --follow`` does, and holds what the mask covers against where the target really was. The
thresholds of the method were settled on the seeds 0 to 3, 100 and 101; the figures are told for others,
held out.
"""

import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import av
import cv2
import imageio_ffmpeg
import numpy as np
from figures import Figure
from numpy.typing import NDArray

from footage.media.following import Followed, follow
from footage.media.sandbox import Sandbox
from footage.media.sniff import FORMATS
from footage.model.flag import Flag, State, Treatment, mask_of
from footage.model.geometry import Pose, Region, Shape, convex_hull, points_shown
from footage.model.progress import Silent
from footage.model.span import FrameIndex

WIDTH, HEIGHT, RATE, FRAMES = 1280, 720, 25, 100
HELD_OUT = (200, 201)
REAL = Path(__file__).resolve().parents[2] / "shared" / "media"

Picture = NDArray[np.uint8]
Curve = NDArray[np.complex128]
Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Kind:
    """What is difficult about a sequence; everything not said is as in a plain one.

    Attributes:
        side: of the target in pixels.
        aspect: its width over its height; 0 for anything ordinary.
        loose: how much too large it is drawn on each side at most, a share.
        contrast: levels between its dark and bright places.
        ground: those of the background; 0 for anything ordinary.
        car: whether it is a car cut from a real clip, instead of grains.
        grain: size of its texture's grains in pixels.
        oval: whether the target is an ellipse, drawn as a box with background in its corners.
        speed, grows, turns: how much it moves, changes its size and turns.
        squash: how much narrower it becomes, as what turns away does.
        wobble: how far its parts move against each other, a share of its side.
        light, noise, shake: of the picture, in levels, levels and pixels.
        jolt: pixels that the camera jumps at times.
        dark: the share of light that is left; 0 for all of it.
        crf: the encoder's quality.
        blur: whether it is smeared along its way.
        occluder: "" or what passes over it.
        flat: whether what passes over it is of one shade.
        twin: "", or where another like it comes by.
        leaves: whether it leaves the picture and comes back.
        alike: whether the background is of the same texture.
        real: a real clip as background; empty for a drawn one.
    """

    name: str
    side: int = 130
    aspect: float = 0
    loose: float = 0.04
    contrast: float = 150
    ground: float = 0
    car: bool = False
    grain: float = 3
    oval: bool = False
    speed: float = 1
    grows: float = 0.05
    turns: float = 0.05
    squash: float = 0.0
    wobble: float = 0.0
    light: float = 0
    noise: float = 2
    shake: float = 0
    jolt: float = 0
    dark: float = 0
    crf: int = 21
    blur: bool = False
    occluder: str = ""
    flat: bool = False
    twin: str = ""
    leaves: bool = False
    alike: bool = False
    real: str = ""


KINDS = (
    Kind("plain"),
    Kind("still", speed=0, grows=0, turns=0),
    Kind("fast", speed=3),
    Kind("jolts", shake=2, jolt=45),
    Kind("weak texture", contrast=22, grain=14),
    Kind("weak texture, noise", contrast=30, grain=12, noise=5),
    Kind("weak on weak", contrast=24, grain=14, ground=24),
    Kind("nearly flat", contrast=7, grain=25, ground=60, noise=3),
    Kind("scale", grows=0.6),
    Kind("comes near", side=70, grows=2.4, wobble=0.008),
    Kind("goes away", side=260, grows=-0.75, speed=0.6),
    Kind("rotation", turns=1.2),
    Kind("turns away", squash=0.35, oval=True),
    Kind("wobble", wobble=0.015, oval=True),
    Kind("background in the corners", oval=True),
    Kind("slim, drawn wide", aspect=0.35, loose=0.15, oval=True),
    Kind("mostly background as drawn", aspect=0.5, loose=0.35, oval=True),
    Kind("on its like", alike=True),
    Kind("light", light=60),
    Kind("night", dark=0.2, noise=6),
    Kind("shake", shake=4),
    Kind("noise", noise=16),
    Kind("coarse coding", crf=36),
    Kind("motion blur", blur=True, speed=2),
    Kind("pole", occluder="pole"),
    Kind("passer-by", occluder="passer-by", oval=True),
    Kind("full occlusion", occluder="wall"),
    Kind("behind a flat wall, slowly", occluder="slow wall", flat=True),
    Kind("walks along with another", occluder="companion", oval=True),
    Kind("leaves and returns", leaves=True),
    Kind("two alike", twin="beside"),
    Kind("crossed by its like", twin="across", oval=True),
    Kind("tiny", side=16, grain=1.5, speed=0.6),
    Kind("small, noise", side=30, grain=2, noise=6),
    Kind("large", side=620, grain=6, speed=0.15),
    Kind("everything", grows=0.3, turns=0.4, wobble=0.01, light=25, noise=5, shake=2, oval=True),
    Kind("on a real street", real="dvrscan_traffic_camera.mp4", oval=True, wobble=0.008, noise=0),
    Kind("on a real road", real="intel_car-detection.mp4", grows=0.3, noise=0),
    Kind(
        "a real car on a real street",
        real="dvrscan_traffic_camera.mp4",
        car=True,
        grows=0.5,
        noise=0,
        shake=1,
    ),
    Kind("a real car in the rain", car=True, real="intel_bottle-detection.mp4", noise=9, wobble=0.008),
)


@dataclass
class Truth:
    """What is known of a sequence.

    Attributes:
        outlines: of the target on each frame, in pixels, dense.
        drawn: where what was drawn on the first frame lies on each frame.
        hidden: the share of the target that cannot be seen on each frame.
        region: as a person draws it on the first frame, in pixels: left, top, width, height.
    """

    outlines: list[Curve] = field(default_factory=list)
    drawn: list[Curve] = field(default_factory=list)
    hidden: list[float] = field(default_factory=list)
    region: tuple[float, float, float, float] = (0, 0, 0, 0)


class Scene:
    """One sequence: draws its frames and knows its truth."""

    def __init__(self, kind: Kind, seed: int) -> None:
        self.kind = kind
        self.rng = np.random.default_rng([seed, *kind.name.encode()])
        self.truth = Truth()
        rng = self.rng
        aspect = kind.aspect or rng.uniform(0.75, 1.3)
        self.width = min(1150.0, kind.side * math.sqrt(aspect) * (1.5 if kind.name == "large" else 1))
        self.height = min(640.0, kind.side / math.sqrt(aspect))
        tall, wide = round(self.height) + 9, round(self.width) + 9
        middle = rng.uniform(90, 160)
        self.texture = texture(rng, wide, tall, kind.grain, kind.contrast, middle)
        if kind.car:
            self.texture = cv2.resize(a_car(int(rng.integers(4))), (wide, tall)).astype(np.float32)
        grain = kind.grain if kind.alike else rng.uniform(2, 12)
        contrast = kind.contrast if kind.alike else kind.ground or rng.uniform(60, 160)
        self.ground = texture(rng, WIDTH + 500, HEIGHT + 300, grain, contrast, rng.uniform(80, 150))
        self.phases = rng.uniform(0, 2 * math.pi, 12)
        self.rates = rng.uniform(0.7, 1.3, 8)
        walk, jolts = np.zeros(2), np.zeros(2)
        self.shakes = []
        for _ in range(FRAMES):
            walk = 0.85 * walk + rng.normal(0, 1, 2)
            if kind.jolt and rng.uniform() < 0.05:
                jolts += rng.uniform(-1, 1, 2) * kind.jolt
            jolts *= 0.97
            self.shakes.append(kind.shake * (walk + 0.4 * rng.normal(0, 1, 2)) + jolts)
        self.passing = texture(rng, 1500, 900, 5, 0 if kind.flat else 120, rng.uniform(60, 190))
        self.flash = int(rng.integers(40, 80))
        self.loose = rng.uniform(0, kind.loose, 4)

    def frames(self) -> Iterator[Picture]:
        """The frames in order; the truth grows with them."""
        grounds = self._grounds()
        for at in range(FRAMES):
            yield self._frame(at, next(grounds))

    def _frame(self, at: float, ground: NDArray[np.float32]) -> Picture:
        kind, number = self.kind, int(at)
        shake = complex(*self.shakes[number])
        picture = ground
        if kind.twin == "beside":
            self._paint(picture, self._twin(at) + shake, *self._turn(at), at, None)
        if kind.blur:
            parts = []
            for part in (-0.3, -0.1, 0.1, 0.3):
                canvas = picture.copy()
                self._paint(canvas, self._centre(at + part) + shake, *self._turn(at + part), at, None)
                parts.append(canvas)
            picture = np.mean(parts, axis=0, dtype=np.float32)
        centre = self._centre(at) + shake
        seen = None if kind.blur else picture
        alpha = self._paint(seen, centre, *self._turn(at), at, self.truth)
        if kind.twin == "across":
            before = self._paint(picture, self._twin(at) + shake, *self._turn(at), at, None)
            alpha = alpha * (1 - before)
        hidden = self._occlude(picture, at, shake)
        visible = float((alpha * (1 - hidden)).sum()) if hidden is not None else float(alpha.sum())
        whole = self._area(at)
        self.truth.hidden.append(1 - min(1.0, visible / whole))
        gain = 1 + kind.light / 180 * math.sin(at / 17 + self.phases[0])
        offset = kind.light / 4 * math.sin(at / 23 + self.phases[1])
        if kind.light and number in (self.flash, self.flash + 1):
            offset += kind.light
        gain *= kind.dark or 1
        shown = picture * np.float32(gain) + np.float32(offset)
        if kind.noise:
            shown += kind.noise * self.rng.standard_normal(picture.shape, np.float32)
        return np.asarray(np.clip(shown, 0, 255), np.uint8)

    def _area(self, at: float) -> float:
        area = self.width * self._narrow(at) * self.height * self._turn(at)[0] ** 2
        return area * math.pi / 4 if self.kind.oval else area

    def _centre(self, at: float) -> complex:
        kind, p, r = self.kind, self.phases, self.rates
        across = (WIDTH - self.width * (1 + kind.grows)) / 2 * 0.75
        down = (HEIGHT - self.height * (1 + kind.grows)) / 2 * 0.75
        speed = kind.speed
        x = min(across, 170 * max(speed, 1)) * math.sin(speed * r[0] * at / 28 / max(1, speed**0.3) + p[2])
        y = min(down, 90 * max(speed, 1)) * math.sin(speed * r[1] * at / 21 / max(1, speed**0.3) + p[3])
        if kind.leaves:
            x = -WIDTH / 2 + self.width + (at - 42) ** 2 * 0.23 - 200
            y *= 0.4
        if kind.occluder in ("pole", "wall", "slow wall"):
            x = (at - 45) * (3.5 if kind.occluder == "slow wall" else 7) * (1 if p[4] > math.pi else -1)
        return complex(WIDTH / 2 + x, HEIGHT / 2 + y)

    def _twin(self, at: float) -> complex:
        below = self.height * (1.25 if self.kind.twin == "beside" else 0.1)
        return self._centre(at) + complex((at - 50) * 9, below)

    def _turn(self, at: float) -> tuple[float, float]:
        kind, r = self.kind, self.rates
        scale = 1 + kind.grows * (1 - math.cos(at / 30 * r[2])) / 2
        if self.phases[5] > math.pi and 0.2 < kind.grows < 1:
            scale = 1 - kind.grows / (2 + kind.grows) * (1 - math.cos(at / 30 * r[2])) / 2
        return scale, kind.turns * math.sin(at / 26 * r[3])

    def _paint(
        self,
        picture: NDArray[np.float32] | None,
        centre: complex,
        scale: float,
        angle: float,
        at: float,
        truth: Truth | None,
    ) -> NDArray[np.float32]:
        """Lay the target on a picture and note its truth; gives how much of each pixel it covers."""
        turn = scale * complex(math.cos(angle), math.sin(angle))
        half = complex(self.width * self._narrow(at), self.height) / 2
        reach = scale * (abs(complex(self.width, self.height)) / 2 * (1 + 2 * self.kind.wobble) + 4)
        x0, x1 = (int(np.clip(centre.real + side * reach, 0, WIDTH)) for side in (-1, 1))
        y0, y1 = (int(np.clip(centre.imag + side * reach, 0, HEIGHT)) for side in (-1, 1))
        covered = np.zeros((HEIGHT, WIDTH), np.float32)
        if x1 > x0 and y1 > y0:
            y, x = np.mgrid[y0:y1, x0:x1].astype(np.float32)
            x, y = x + np.float32(0.5 - centre.real), y + np.float32(0.5 - centre.imag)
            local_x = (x * turn.real + y * turn.imag) / scale**2
            local_y = (y * turn.real - x * turn.imag) / scale**2
            dx, dy = self._wobble(local_x, local_y, at)
            local_x, local_y = local_x - dx, local_y - dy
            if self.kind.oval:
                radius = np.hypot(local_x / half.real, local_y / half.imag)
                edge = (1 - radius) * min(half.real, half.imag) * scale
            else:
                edge = np.minimum(half.real - np.abs(local_x), half.imag - np.abs(local_y)) * scale
            alpha = np.clip(edge + 0.5, 0, 1).astype(np.float32)
            covered[y0:y1, x0:x1] = alpha
            if picture is not None:
                looks = cv2.remap(
                    self.texture,
                    (local_x / self._narrow(at) + self.texture.shape[1] / 2 - 0.5).astype(np.float32),
                    (local_y + self.texture.shape[0] / 2 - 0.5).astype(np.float32),
                    cv2.INTER_LINEAR,
                    borderMode=cv2.BORDER_REPLICATE,
                )
                part = picture[y0:y1, x0:x1]
                part[:] = part * (1 - alpha) + looks * alpha
        if truth is not None:
            rim = self._rim()
            rim = rim.real * self._narrow(at) + 1j * rim.imag
            wx, wy = self._wobble(rim.real, rim.imag, at)
            truth.outlines.append(centre + turn * (rim + wx + 1j * wy))
            if not truth.drawn:
                self._draw(truth)
            left, top, across, down = truth.region
            corners = np.array([0, across, across + 1j * down, 1j * down]) + complex(left, top)
            if not hasattr(self, "_first"):
                self._first = (centre, turn)
            first_centre, first_turn = self._first
            truth.drawn.append(centre + turn * (corners - first_centre) / first_turn)
        return covered

    def _draw(self, truth: Truth) -> None:
        """A person's box around the target on the first frame, up to four per cent too large on a side."""
        rim = truth.outlines[0]
        left, right, top, bottom = rim.real.min(), rim.real.max(), rim.imag.min(), rim.imag.max()
        across, down = right - left, bottom - top
        x0 = max(0.0, left - self.loose[0] * across)
        y0 = max(0.0, top - self.loose[1] * down)
        x1 = min(float(WIDTH), right + self.loose[2] * across)
        y1 = min(float(HEIGHT), bottom + self.loose[3] * down)
        truth.region = (x0, y0, x1 - x0, y1 - y0)

    def _narrow(self, at: float) -> float:
        return 1 - self.kind.squash * (1 - math.cos(at / 30)) / 2

    def _rim(self) -> Curve:
        if self.kind.oval:
            angles = np.linspace(0, 2 * math.pi, 97)[:-1]
            return self.width / 2 * np.cos(angles) + 1j * self.height / 2 * np.sin(angles)
        way = np.linspace(-0.5, 0.5, 25)[:-1]
        sides = (way - 0.5j, 0.5 + 1j * way, -way + 0.5j, -0.5 - 1j * way)
        return np.concatenate([s.real * self.width + 1j * s.imag * self.height for s in sides])

    def _wobble(self, x: Floats, y: Floats, at: float) -> tuple[Floats, Floats]:
        reach, p = self.kind.wobble * self.kind.side, self.phases
        if not reach:
            return np.zeros_like(x), np.zeros_like(y)
        dx = reach * np.sin(y / self.height * 4 + at / 7 + p[6])
        dy = reach * np.sin(x / self.width * 4 + at / 9 + p[7])
        return dx, dy

    def _occlude(self, picture: NDArray[np.float32], at: float, shake: complex) -> NDArray[np.float32] | None:
        """Lay what passes in front over the picture; gives where."""
        kind = self.kind
        if not kind.occluder:
            return None
        if kind.occluder == "pole":
            left, right = WIDTH / 2 - self.width * 0.2, WIDTH / 2 + self.width * 0.2
        elif kind.occluder.endswith("wall"):
            half = self.width * (0.65 if kind.occluder == "slow wall" else 0.9)
            left, right = WIDTH / 2 - half, WIDTH / 2 + half
        elif kind.occluder == "companion":
            # Comes, walks in front of it for a while, and goes back.
            middle = (
                self._centre(at).real
                + self.width * 1.4
                - self.width * 1.3 * math.exp(-(((at - 55) / 22) ** 4))
            )
            left, right = middle - self.width * 0.35, middle + self.width * 0.35
        else:
            middle = self._centre(at).real + (at - 50) * 11
            left, right = middle - self.width * 0.7, middle + self.width * 0.7
        left, right = left + shake.real, right + shake.real
        x0, x1 = int(np.clip(left, 0, WIDTH)), int(np.clip(right, 0, WIDTH))
        where = np.zeros((HEIGHT, WIDTH), np.float32)
        if x1 > x0:
            where[:, x0:x1] = 1
            shift = int(left)
            columns = (np.arange(x0, x1) - shift) % self.passing.shape[1]
            picture[:, x0:x1] = self.passing[:HEIGHT, columns]
        return where

    def _grounds(self) -> Iterator[NDArray[np.float32]]:
        if self.kind.real:
            with av.open(str(REAL / self.kind.real)) as container:
                first = int(self.phases[8] * 10)
                for number, frame in enumerate(container.decode(video=0)):
                    if number >= first:
                        grey = frame.to_ndarray(format="gray")
                        yield np.asarray(cv2.resize(grey, (WIDTH, HEIGHT)), np.float32)
        p, r = self.phases, self.rates
        for at in range(FRAMES):
            shake = complex(*self.shakes[at])
            x = 250 + 90 * math.sin(at / 40 * r[4] + p[9]) * (self.kind.speed > 0) - shake.real
            y = 150 + 40 * math.sin(at / 33 * r[5] + p[10]) * (self.kind.speed > 0) - shake.imag
            move = np.array([[1, 0, -x], [0, 1, -y]])
            moved = cv2.warpAffine(self.ground, move, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
            yield np.asarray(moved, np.float32)


def texture(
    rng: np.random.Generator, width: int, height: int, grain: float, contrast: float, middle: float
) -> NDArray[np.float32]:
    """Irregular grains of a size, and larger blotches."""
    fine = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), grain)
    coarse = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 4 * grain)
    mixed = fine / fine.std() + coarse / coarse.std()
    return np.asarray(np.clip(middle + mixed / mixed.std() * contrast / 4, 5, 250), np.float32)


def a_car(which: int) -> Picture:
    """A car cut from a real clip."""
    frame, (x, y, across, down) = (
        (20, (404, 520, 101, 87)),
        (200, (390, 535, 108, 97)),
        (300, (194, 432, 118, 84)),
        (100, (178, 542, 134, 98)),
    )[which]
    with av.open(str(REAL / "dvrscan_traffic_camera.mp4")) as container:
        for number, picture in enumerate(container.decode(video=0)):
            if number == frame:
                return np.asarray(picture.to_ndarray(format="gray"), np.uint8)[y : y + down, x : x + across]
    raise LookupError(frame)


def encode(scene: Scene, path: Path) -> FrameIndex:
    """Write a scene's frames as H.264; gives its frame index."""
    words = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-f", "rawvideo"]
    words += ["-pixel_format", "gray", "-video_size", f"{WIDTH}x{HEIGHT}", "-framerate", str(RATE), "-i", "-"]
    words += [
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-crf",
        str(scene.kind.crf),
        "-pix_fmt",
        "yuv420p",
        "-threads",
        "1",
    ]
    words += ["-video_track_timescale", str(RATE), str(path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE) as program:
        assert program.stdin is not None
        for frame in scene.frames():
            program.stdin.write(frame.tobytes())
        program.stdin.close()
    assert program.returncode == 0
    return FrameIndex(Fraction(1, RATE), tuple(range(FRAMES)), FRAMES)


@dataclass(frozen=True)
class Outcome:
    """How following went on one sequence, frame by frame.

    Attributes:
        covered: the share of the target under the mask as painted.
        marked: whether a person is asked to look.
        hidden: the share of the target that cannot be seen.
        overlap, grown: of the followed outline, and of the painted mask, with what was drawn as it really
            moved (intersection over union).
        poses: how many more a person has to draw until the target is covered wherever half of it shows.
    """

    name: str
    covered: NDArray[np.float64]
    marked: NDArray[np.bool_]
    hidden: NDArray[np.float64]
    overlap: NDArray[np.float64]
    grown: NDArray[np.float64]
    poses: int

    @cached_property
    def bare(self) -> NDArray[np.bool_]:
        """Which frames are not wholly covered."""
        return self.covered < 1

    @property
    def silent(self) -> int:
        """On how many frames something shows without a mark."""
        return int((self.bare & ~self.marked).sum())


def measure(kind: Kind, seed: int) -> Outcome:
    """Make a sequence, follow its target and see how well that went."""
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        scene = Scene(kind, seed)
        index = encode(scene, path)
        truth = scene.truth
        poses = [drawn_pose(truth.region, 0)]
        with Sandbox([path], Path(folder)) as sandbox:
            first = judged(kind.name, truth, index, poses, followed(sandbox, path, index, poses))
            outcome, more = first, 0
            while more < _MOST_POSES and (bare := _first_bare(outcome)) is not None:
                more += 1
                poses = [*poses, drawn_pose(_box_around(truth.outlines[bare]), bare)]
                outcome = judged(kind.name, truth, index, poses, followed(sandbox, path, index, poses))
    return replace(first, poses=more)


def followed(sandbox: Sandbox, path: Path, index: FrameIndex, poses: Sequence[Pose]) -> Followed:
    """The target followed over the whole clip."""
    frames = range(len(index.pts))
    return follow(sandbox, path, FORMATS["mp4"], index, frames, Shape.BOX, poses, (), Silent())


def judged(name: str, truth: Truth, index: FrameIndex, poses: Sequence[Pose], found: Followed) -> Outcome:
    """Hold the mask that comes of it against the truth."""
    flag = Flag(1, 1, index.whole, (), State.OPEN, poses=tuple(poses), follow=True, track=found.poses)
    mask = mask_of(flag, Treatment.FILL, (WIDTH, HEIGHT))
    covered, overlap, grown = [], [], []
    for number, tick in enumerate(index.pts):
        painted = filled(_widened(points_shown(mask.poses, tick, index.frame_end(number)), mask.grow))
        target, drawn = (filled(_shares(each[number])) for each in (truth.outlines, truth.drawn))
        outline = filled(mask.poses[number].points)
        whole = np.count_nonzero(target)
        covered.append(np.count_nonzero(target & painted) / whole if whole else 1.0)
        overlap.append(_overlap(outline, drawn))
        grown.append(_overlap(painted, drawn))
    marked = np.array([any(tick in span for span in found.doubtful) for tick in index.pts])
    return Outcome(
        name, np.array(covered), marked, np.array(truth.hidden), np.array(overlap), np.array(grown), 0
    )


def filled(points: Sequence[tuple[float, float]]) -> Picture:
    """A polygon in shares of the picture as ones on zeros; what its rim touches belongs to it."""
    pixels = (np.array(points) * (WIDTH, HEIGHT) - 0.5) * 16
    canvas = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillPoly(canvas, [np.rint(pixels).astype(np.int32)], 1, shift=4)
    return canvas


def drawn_pose(box: tuple[float, float, float, float], tick: int) -> Pose:
    """A person's box in pixels, as a pose."""
    left, top, across, down = box
    return Pose(tick, Region(left / WIDTH, top / HEIGHT, across / WIDTH, down / HEIGHT))


def figures(seeds: Sequence[int] = HELD_OUT) -> Iterator[Figure]:
    """The figures of following, by sequences of every kind for each of the seeds."""
    kinds = [kind for kind in KINDS if REAL.is_dir() or not (kind.real or kind.car)]
    jobs = [(kind, seed) for seed in seeds for kind in kinds]
    with ProcessPoolExecutor(2) as pool:
        outcomes = list(pool.map(measure, *zip(*jobs, strict=True)))
    count = len(outcomes)
    good = sum(each.silent == 0 for each in outcomes)
    bare = sum(int(each.bare.sum()) for each in outcomes)
    silent = sum(each.silent for each in outcomes)
    clear = np.concatenate([each.marked[each.hidden <= _HARDLY] for each in outcomes])
    overlap = float(np.mean([each.overlap.mean() for each in outcomes]))
    grown = float(np.mean([each.grown.mean() for each in outcomes]))
    more = 10 * sum(each.poses for each in outcomes) * RATE / (count * FRAMES)
    told = 1 - silent / bare if bare else 1.0
    yield Figure("sequences of 4 s in 720p", str(count), "at least 40", count >= 40)
    yield Figure("covered on every unmarked frame", f"{good} of {count}", "95 %", good >= 0.95 * count)
    yield Figure("frames not covered that are marked", f"{told:.1%} of {bare}", "99 %", told >= 0.99)
    yield Figure(
        "frames marked where nothing is hidden", f"{clear.mean():.1%}", "at most 10 %", clear.mean() <= 0.1
    )
    yield Figure("overlap of outline and truth (mean IoU)", f"{overlap:.3f}", "at least .85", overlap >= 0.85)
    yield Figure("the same of the mask as painted", f"{grown:.3f}")
    yield Figure("poses after the first, for ten seconds", f"{more:.2f}")
    for outcome, (_, seed) in zip(outcomes, jobs, strict=True):
        if outcome.silent:
            yield Figure(f"  something showed: {outcome.name} ({seed})", f"{outcome.silent} frames")
    yield from speed()


def speed() -> Iterator[Figure]:
    """How fast a target is followed, decoding included, and how fast the same clips are decoded alone."""
    following, decoding = [], []
    for kind in (KINDS[0], next(kind for kind in KINDS if kind.name == "everything")):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "clip.mp4"
            scene = Scene(kind, HELD_OUT[0])
            index = encode(scene, path)
            poses = [drawn_pose(scene.truth.region, 0)]
            with Sandbox([path], Path(folder)) as sandbox:
                followed(sandbox, path, index, poses)
                for _ in range(3):
                    began = time.perf_counter()
                    followed(sandbox, path, index, poses)
                    following.append(time.perf_counter() - began)
                    began = time.perf_counter()
                    _decode(path)
                    decoding.append(time.perf_counter() - began)
    rate, alone = (FRAMES / statistics.median(times) for times in (following, decoding))
    yield Figure("frames followed a second, with decoding", f"{rate:.0f}", "at least 150", rate >= 150)
    yield Figure("frames a second decoded alone", f"{alone:.0f}")


def _decode(path: Path) -> None:
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        for _ in container.decode(video=0):
            pass


def _first_bare(outcome: Outcome) -> int | None:
    """The first frame that is not covered though at least half of the target shows."""
    wanting = np.flatnonzero(outcome.bare & (outcome.hidden < 0.5))
    return int(wanting[0]) if len(wanting) else None


def _box_around(outline: Curve) -> tuple[float, float, float, float]:
    left, right = max(0.0, outline.real.min()), min(float(WIDTH), outline.real.max())
    top, bottom = max(0.0, outline.imag.min()), min(float(HEIGHT), outline.imag.max())
    return left, top, right - left, bottom - top


def _widened(points: Sequence[tuple[float, float]], grow: tuple[float, float]) -> list[tuple[float, float]]:
    """A convex polygon widened by a box."""
    across, down = grow
    steps = [(x, y) for x in (-across, across) for y in (-down, down)]
    return list(convex_hull((x + dx, y + dy) for x, y in points for dx, dy in steps))


def _shares(outline: Curve) -> list[tuple[float, float]]:
    return [(z.real / WIDTH, z.imag / HEIGHT) for z in outline]


def _overlap(one: Picture, other: Picture) -> float:
    either = np.count_nonzero(one | other)
    return np.count_nonzero(one & other) / either if either else 1.0


_MOST_POSES = 8
_HARDLY = 0.02

if __name__ == "__main__":
    for figure in figures([int(word) for word in sys.argv[1:]] or HELD_OUT):
        print(figure.line(), flush=True)
