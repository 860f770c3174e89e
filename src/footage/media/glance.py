"""What a frame looks like from afar: the little that finding shots and keyframes needs of it."""

from functools import cached_property
from typing import Any, cast

import av.error
import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from footage.errors import BadInput

WIDTH, HEIGHT = 64, 36

Floats = NDArray[np.float32]

_ACROSS, _DOWN = 320, 180
_UNIT = np.float32(1 / 255)
_CHROMA_WEIGHT = 1.5
_HISTOGRAM_WEIGHT = 0.25
_SHIFT = 2
_BLOCK_CHANGED = 0.35
_DARK, _FLAT = 0.09, 0.035


class Glance:
    """What the detector remembers of a frame.

    Args:
        luma: 36 x 64 bytes.
        blue, red: 18 x 32 bytes of chroma (Cb, Cr).
    """

    def __init__(self, luma: NDArray[np.uint8], blue: NDArray[np.uint8], red: NDArray[np.uint8]) -> None:
        small = cv2.resize(luma, (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA)
        self.luma: Floats = np.asarray(small, np.float32) * _UNIT
        self.chroma: Floats = np.stack((blue, red)).astype(np.float32) * _UNIT
        mean, spread = cv2.meanStdDev(self.luma)
        self.mean, self.spread = float(mean[0, 0]), float(spread[0, 0])
        self.vector: Floats = np.concatenate((self.luma.ravel(), _CHROMA_WEIGHT * self.chroma.ravel()))
        self.histogram = _histogram(luma, blue, red)

    @property
    def blank(self) -> bool:
        """Whether it shows nothing but black."""
        return self.mean < _DARK and self.spread < _FLAT

    @cached_property
    def structure(self) -> Floats:
        """The luma without its brightness and contrast."""
        normal: Floats = (self.luma - self.mean) / (self.spread + 0.01)
        return normal

    def likeness(self, other: "Glance") -> float:
        """Correlation of two frames' structure, 1 for the same picture at any exposure."""
        return float((self.structure * other.structure).mean())

    def motion(self, before: "Glance") -> float:
        """How much changed since the frame before."""
        return apart(self.vector, before.vector)

    def distance(self, other: "Glance") -> float:
        """How different two frames are, motion included."""
        return apart(self.vector, other.vector) + _HISTOGRAM_WEIGHT * self.colour_distance(other)

    def levelled_distance(self, other: "Glance") -> float:
        """How different two frames are when both are brought to the same brightness."""
        return apart(self._levelled, other._levelled)

    @cached_property
    def _levelled(self) -> Floats:
        return np.concatenate(((self.luma - self.mean).ravel(), _CHROMA_WEIGHT * self.chroma.ravel()))

    def colour_distance(self, other: "Glance") -> float:
        """How much of the quarters' colours differs, 0 to 1."""
        return float(cv2.norm(self.histogram, other.histogram, cv2.NORM_L1))

    def step(self, before: "Glance") -> float:
        """How different a frame is from the one before, less what a small shift explains."""
        reach = 2 * _SHIFT
        middle = before.luma[_SHIFT : HEIGHT // 2 - _SHIFT, _SHIFT : WIDTH // 2 - _SHIFT]
        windows = sliding_window_view(self.luma, (HEIGHT // 2 - reach, WIDTH // 2 - reach))
        luma = float(np.abs(windows - middle).mean(axis=(2, 3)).min())
        return luma + apart(self.chroma, before.chroma) + _HISTOGRAM_WEIGHT * self.colour_distance(before)

    def changed_blocks(self, before: "Glance") -> tuple[float, float]:
        """The share of 4 x 4 blocks that changed about as much as all, and the median change of a block."""
        change = np.abs(self.luma - before.luma)
        change += _CHROMA_WEIGHT * np.abs(self.chroma - before.chroma).sum(axis=0)
        blocks = np.asarray(cv2.resize(change, (4, 4), interpolation=cv2.INTER_AREA))
        return float((blocks > _BLOCK_CHANGED * blocks.mean()).mean()), float(np.median(blocks))


class Glancer:
    """Takes glances at the frames of one stream, by one cheap reduction that never leaves YUV."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def at(self, frame: VideoFrame) -> tuple[Glance, float]:
        """A frame's glance, and its sharpness: the mean energy of the Laplacian of its luma at 320 x 180.

        Raises:
            BadInput: its pixel format cannot be shown.
        """
        try:
            small = self._reformatter.reformat(
                frame, _ACROSS, _DOWN, "yuv420p", interpolation=Interpolation.FAST_BILINEAR, threads=1
            )
        except av.error.FFmpegError as error:
            name = frame.format.name
            raise BadInput(f"its pixels ({name}) cannot be shown", "convert it to H.264 in MP4") from error
        luma, blue, red = (_samples(plane) for plane in small.planes)
        edges = cv2.Laplacian(luma, cv2.CV_16S)
        glance = Glance(
            _shrunk(luma, WIDTH, HEIGHT),
            _shrunk(blue, WIDTH // 2, HEIGHT // 2),
            _shrunk(red, WIDTH // 2, HEIGHT // 2),
        )
        return glance, float(cv2.norm(edges, cv2.NORM_L2SQR)) / edges.size


def _samples(plane: VideoPlane) -> NDArray[np.uint8]:
    lines = np.frombuffer(cast(Any, plane), np.uint8).reshape(plane.height, plane.line_size)
    return lines[:, : plane.width]


def _shrunk(plane: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def apart(one: Floats, other: Floats) -> float:
    """The mean difference of two arrays."""
    return float(cv2.norm(one, other, cv2.NORM_L1)) / one.size


def _quarters(height: int, width: int) -> NDArray[np.intp]:
    """The number (0 to 3) of the quarter that each pixel lies in."""
    rows, columns = np.indices((height, width))
    return (rows >= height // 2) * 2 + (columns >= width // 2)


_BINS = 32
_LUMA_PLACE = _quarters(HEIGHT, WIDTH) * _BINS
_CHROMA_PLACE = _quarters(HEIGHT // 2, WIDTH // 2) * _BINS + 16
_BIN_WEIGHTS = np.concatenate((np.full(16, 1 / 4 / 8 / 576), np.full(16, 1.5 / 4 / 8 / 144)))


def _histogram(luma: NDArray[np.uint8], blue: NDArray[np.uint8], red: NDArray[np.uint8]) -> Floats:
    """Colours by quarter: 16 steps of luma, 8 of each chroma around grey; two differ by 1 in sum at most."""
    places = (
        _LUMA_PLACE + (luma >> 4),
        _CHROMA_PLACE + (np.clip(blue, 64, 191) - 64 >> 4),
        _CHROMA_PLACE + (np.clip(red, 64, 191) - 64 >> 4) + 8,
    )
    counts = np.bincount(np.concatenate([place.ravel() for place in places]), minlength=4 * _BINS)
    shares: Floats = (counts.reshape(4, _BINS) * _BIN_WEIGHTS).astype(np.float32)
    return shares
