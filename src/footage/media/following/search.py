"""Where else on a frame a target may be: places that look like it."""

import cv2
import numpy as np

from footage.media.following.frames import Luma
from footage.media.following.key import Key
from footage.media.following.outlines import MIDDLE, Outline, Similarity, bounds
from footage.media.following.patch import View

_ALIKE = 0.5
_AROUND = np.ones((3, 3), np.uint8)
_EACH, _PLACES = 2, 4


def alike(
    view: View,
    key: Key,
    motion: Similarity,
    reach: float,
    scales: tuple[float, ...] = (1.0,),
    ahead: complex = 0j,
) -> list[tuple[float, Similarity]]:
    """Places that look like a key, best first: how alike (correlation, 0 to 1), and the motion there.

    Args:
        motion: where the target was last.
        reach: how far around that, in shares of the target's size.
        scales: sizes to try, in shares of the last one.
        ahead: how far it may have gone on meanwhile, in pixels.
    """
    factor = key.patch.factor
    outline = motion(key.outline)
    around = np.concatenate((outline, outline + ahead)) * factor
    room = reach * key.extent * abs(motion.turn) * factor
    window, corner = _window(view.small(factor), around, room)
    found: list[tuple[float, Similarity]] = []
    for scale in scales:
        turn = motion.turn * scale
        pattern, middle = key.patch.turned(turn)
        for score, at in _peaks(window, pattern):
            place = (at + corner + middle + MIDDLE) / factor - MIDDLE
            found.append((score, Similarity(turn, place - turn * key.patch.middle)))
    return sorted(found, key=lambda each: -each[0])[:_PLACES]


def _peaks(window: Luma, pattern: Luma) -> list[tuple[float, complex]]:
    """The best places of a pattern in a window that are better than all around them."""
    if pattern.shape[0] >= window.shape[0] or pattern.shape[1] >= window.shape[1]:
        return []
    scores = cv2.matchTemplate(window, pattern, cv2.TM_CCOEFF_NORMED)
    peaks = np.where(scores >= cv2.dilate(scores, _AROUND), scores, -1.0)
    apart = max(2, max(pattern.shape) // 3)
    found: list[tuple[float, complex]] = []
    for _ in range(_EACH):
        _, score, _, (x, y) = cv2.minMaxLoc(peaks)
        if score < _ALIKE:
            break
        found.append((score, complex(x, y)))
        cv2.rectangle(peaks, (x - apart, y - apart), (x + apart, y + apart), -1.0, -1)
    return found


def _window(picture: Luma, outline: Outline, room: float) -> tuple[Luma, complex]:
    """A part of a picture around an outline with so many pixels of room, and its corner."""
    left, top, right, bottom = bounds(outline)
    height, width = picture.shape
    x0, y0 = int(np.clip(left - room, 0, width - 4)), int(np.clip(top - room, 0, height - 4))
    x1, y1 = int(np.clip(right + room, x0 + 4, width)), int(np.clip(bottom + room, y0 + 4, height))
    return picture[y0:y1, x0:x1], complex(x0, y0)
