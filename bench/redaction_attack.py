"""The dictionary attack on masked number plates: can anybody tell which of 1,000 was under the mask?

The attacker knows everything but the plate: the font, the scene, where the mask lies, how it hides, this
program with the flag's own seed, and the encoder. Each of 1,000 plates is published under the mask, and all
1,000 are ranked by how near they come to what is seen, by the best of several distances (after Hill et al.,
"On the (In)effectiveness of Mosaicing and Blurring as Tools for Document Redaction", PoPETs 2016). Guessing
puts the true one in the middle. To show that the attack works it is run on a real blur and a real mosaic too.

    python bench/redaction_attack.py
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import cast

import av
import cv2
import numpy as np
from av import VideoFrame
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from av.video.stream import VideoStream
from figures import Figure
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from footage.media.painting import Painter
from footage.media.planes import fitted, planes_of
from footage.media.rendering.encoders import Wanted, encoder_for
from footage.model.flag import Flag, Reason, State, Treatment, mask_of
from footage.model.geometry import Pose, Region
from footage.model.span import FrameIndex

PLATES = 1000
LEAST_RANK = 300
_BROKEN = 10
_SIZE = _WIDTH, _HEIGHT = (208, 96)
_PLATE = _LEFT, _TOP, _RIGHT, _BOTTOM = (45, 35, 163, 63)
_TALL = _BOTTOM - _TOP
_LETTERS = "ABCEHIKMOPTX"
_AROUND = 10
_GRAIN = 2.5
_INDEX = FrameIndex(Fraction(1, 25), (0,), 1)

Hide = Callable[[VideoFrame], VideoFrame]
Seen = NDArray[np.float32]


def figures() -> Iterator[Figure]:
    """The true plate's median rank among all, for every treatment and for what is not offered."""
    scenes = [_scene(plate) for plate in _plates()]
    for treatment in (Treatment.BLUR, Treatment.MOSAIC, Treatment.FILL):
        rank, first = attacked(scenes, _treated(treatment))
        words = f"{rank:.0f} ({first:.1%} first)"
        yield Figure(
            f"attack on {PLATES} plates: {treatment}, median rank",
            words,
            f">= {LEAST_RANK}",
            rank >= LEAST_RANK,
        )
    for name, hide in (
        ("a real blur, sigma height / 4", _really_blurred(_TALL / 4)),
        ("a real blur, sigma height / 2", _really_blurred(_TALL / 2)),
        ("a real mosaic, blocks of height / 2", _really_in_blocks(_TALL // 2)),
    ):
        rank, first = attacked(scenes, hide)
        words = f"{rank:.0f} ({first:.1%} first)"
        yield Figure(f"the attack works: {name}", words, f"<= {_BROKEN}", rank <= _BROKEN)


def attacked(scenes: Sequence[VideoFrame], hide: Hide) -> tuple[float, float]:
    """The true plate's median rank, and the share in which it is the first, by the best distance there is.

    What is published is seen twice, and the worse for the public counts: just as the attacker would draw it,
    and with a camera's noise, which nobody knows.
    """
    # Candidates are encoded in another order: none may be known by its place in the stream.
    order = np.random.default_rng(3).permutation(len(scenes))
    candidates = _encoded(hide(_copied(scenes[number])) for number in order)[np.argsort(order)]
    noise = np.random.default_rng(4)
    found = []
    for grain in (0.0, _GRAIN):
        published = _encoded(hide(_copied(scene, grain, noise)) for scene in scenes)
        for view in (_levels, _correlated, _edges, _details):
            ranks = _ranks(view(published), view(candidates))
            found.append((float(np.median(ranks)), float((ranks < 2).mean())))
    return min(found, key=lambda pair: (pair[0], -pair[1]))


def _ranks(published: Seen, candidates: Seen) -> NDArray[np.float64]:
    """The rank of each one's own candidate, 1 for the nearest; among equals the middle one."""
    # Distances stay the same when the middle of all is taken off; their rounding becomes harmless.
    middle = candidates.mean(0)
    published, candidates = published - middle, candidates - middle
    squares = np.square(candidates).sum(1)
    distance = squares - 2 * (published @ candidates.T)
    own = np.diag(distance)[:, None]
    slack = 1e-5 * float(np.abs(distance).max())
    nearer = (distance < own - slack).sum(1)
    equal = (np.abs(distance - own) <= slack).sum(1)
    return np.asarray(nearer + (equal + 1) / 2)


def _levels(seen: Seen) -> Seen:
    """All samples as they are, every second of the colours': the nearest has the least squared difference."""
    colours = seen[:, 1:, ::2, ::2]
    return np.hstack([part.reshape(len(seen), -1) for part in (seen[:, 0], colours)])


def _correlated(seen: Seen) -> Seen:
    """Brightness alone, without its mean and spread: the nearest has the highest correlation."""
    flat = seen[:, 0].reshape(len(seen), -1)
    flat = flat - flat.mean(1, keepdims=True)
    spread = np.sqrt(np.square(flat).sum(1, keepdims=True))
    return np.asarray(flat / np.maximum(spread, 1e-3), np.float32)


def _edges(seen: Seen) -> Seen:
    """Correlation of the slopes across."""
    slopes = [cv2.Sobel(picture[0], cv2.CV_32F, 1, 0) for picture in seen]
    return _correlated(np.stack(slopes)[:, None])


def _details(seen: Seen) -> Seen:
    """Correlation of what differs from one candidate to another: what all show alike is taken off."""
    return _correlated(seen - seen.mean(0))


def _encoded(frames: Iterable[VideoFrame]) -> Seen:
    """The place of the mask and a little around it, after H.264 as clips are encoded."""
    encoder = encoder_for(Wanted("h264", "High", "yuv420p", "", reordered=True))
    assert encoder is not None
    writer = cast(VideoCodecContext, av.CodecContext.create(encoder.name, "w"))
    writer.width, writer.height, writer.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
    writer.time_base, writer.framerate = Fraction(1, 25), Fraction(25)
    writer.options = dict(encoder.options)
    packets: list[Packet[VideoStream]] = []
    for number, frame in enumerate(frames):
        frame.pts, frame.pict_type = number, PictureType.I
        packets += writer.encode(frame)
    packets += writer.encode(None)
    reader = av.CodecContext.create("h264", "r")
    shown = [frame for packet in (*packets, None) for frame in reader.decode(packet)]
    return np.stack([_looked_at(frame) for frame in shown])


def _looked_at(frame: VideoFrame) -> Seen:
    """Brightness and both colours around the mask."""
    rows = slice(_TOP - _AROUND, _BOTTOM + _AROUND)
    columns = slice(_LEFT - _AROUND, _RIGHT + _AROUND)
    planes = [plane.samples.repeat(plane.down, 0).repeat(plane.across, 1) for plane in planes_of(frame)]
    return np.stack([plane[rows, columns] for plane in planes]).astype(np.float32)


def _treated(treatment: Treatment) -> Hide:
    """A treatment of this program, on a flag drawn tightly around the plate."""
    region = Region(_LEFT / _WIDTH, _TOP / _HEIGHT, (_RIGHT - _LEFT) / _WIDTH, (_BOTTOM - _TOP) / _HEIGHT)
    flag = Flag(7, 1, None, (Reason.PRIVACY,), State.OPEN, poses=(Pose(None, region),))
    mask = mask_of(flag, treatment, _SIZE)
    painter = Painter([mask], _INDEX, rotation=0, mirrored=False, interlaced=False)
    return lambda frame: painter.painted(frame, 0)


def _really_blurred(sigma: float) -> Hide:
    """A real Gaussian blur of what is hidden."""
    return _really(
        lambda samples, across: cv2.GaussianBlur(
            samples, (0, 0), sigma / across, borderType=cv2.BORDER_REFLECT
        )
    )


def _really_in_blocks(side: int) -> Hide:
    """A real mosaic of what is hidden."""

    def blocks(samples: NDArray[np.uint8], across: int) -> NDArray[np.uint8]:
        rows, columns = samples.shape
        count = round(columns * across / side), round(rows * across / side)
        small = cv2.resize(samples, count, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.resize(small, (columns, rows), interpolation=cv2.INTER_NEAREST), np.uint8)

    return _really(blocks)


def _really(change: Callable[[NDArray[np.uint8], int], object]) -> Hide:
    """Change the samples of the plate itself, plane by plane."""

    def hide(frame: VideoFrame) -> VideoFrame:
        for plane in planes_of(frame):
            rows = slice(_TOP // plane.down, -(-_BOTTOM // plane.down))
            columns = slice(_LEFT // plane.across, -(-_RIGHT // plane.across))
            under = plane.samples[rows, columns]
            under[:] = change(np.ascontiguousarray(under, np.uint8), plane.across)  # type: ignore[call-overload]
        return frame

    return hide


def _copied(scene: VideoFrame, grain: float = 0.0, noise: np.random.Generator | None = None) -> VideoFrame:
    """A frame of its own, with a camera's noise in its brightness where there is any."""
    frame = VideoFrame.from_ndarray(scene.to_ndarray(), "yuv420p")
    if noise is not None and grain:
        samples = planes_of(frame)[0].samples
        samples[:] = np.clip(samples + noise.normal(0, grain, samples.shape), 16, 235).astype(np.uint8)
    return frame


def _plates() -> list[str]:
    """Different plates, always the same."""
    drawn = np.random.default_rng(1)
    found: dict[str, None] = {}
    while len(found) < PLATES:
        letters = [_LETTERS[at] for at in drawn.integers(0, len(_LETTERS), 4)]
        found[f"{letters[0]}{letters[1]}{drawn.integers(0, 10_000):04}{letters[2]}{letters[3]}"] = None
    return list(found)


def _scene(plate: str) -> VideoFrame:
    """A car's back with a plate on it."""
    ground = np.random.default_rng(2).normal(0, 14, (_HEIGHT // 4, _WIDTH // 4, 3))
    rows = np.linspace(60, 130, _HEIGHT)[:, None, None]
    picture = rows + cv2.resize(ground, _SIZE, interpolation=cv2.INTER_CUBIC)
    image = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 12, 190, 84), (110, 24, 30))
    draw.rectangle((_LEFT, _TOP, _RIGHT - 1, _BOTTOM - 1), (235, 235, 228), (20, 20, 20))
    font = ImageFont.load_default(22)
    draw.text(((_LEFT + _RIGHT) / 2, (_TOP + _BOTTOM) / 2), plate, (15, 15, 20), font, anchor="mm")
    return fitted(VideoFrame.from_ndarray(np.asarray(image), "rgb24"), _WIDTH, _HEIGHT, "yuv420p")


if __name__ == "__main__":
    for figure in figures():
        print(figure.line(), flush=True)
