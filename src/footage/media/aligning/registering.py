"""Where one clip's pictures lie in those of another.

They are laid over each other by a scale and a shift along each axis: Gauss–Newton with robust weights over
pairs of frames, after Lucas and Kanade (1981), at the same brightness and contrast.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from footage.media.aligning.miniatures import HEIGHT, WIDTH, Area, Luma
from footage.media.aligning.passages import Floats, Numbers
from footage.model.alignment import Placement

_PAIRS = 48
_ROUNDS = 40
_BLURS = (2.0, 0.8)
_FAR_OFF = 9.0
_LEAST_NOISE = 0.7

# In pixels of the small pictures: what is closer is the same place, and a step that is smaller is the last.
_SAME_PLACE = 0.3
_SETTLED = 0.005
_CLEARLY_BETTER = 0.8


def between(area: Area, other: Area) -> Placement:
    """The placement that lays one clip's area over that of another."""
    across = (area.right - area.left) / (other.right - other.left)
    down = (area.bottom - area.top) / (other.bottom - other.top)
    return Placement(across, down, area.left - across * other.left, area.top - down * other.top)


class Overlay:
    """Pictures of another clip as they lie in a clip's, from 0 to 255, and where there are any."""

    def __init__(self, placement: Placement, area: Area, other: Area) -> None:
        self.placement = placement
        self._matrix = np.array(
            [
                [placement.across, 0, (placement.across - 1) / 2 + placement.right * WIDTH],
                [0, placement.down, (placement.down - 1) / 2 + placement.below * HEIGHT],
            ]
        )
        self.cells = _inside(area) & (self._laid(_inside(other).astype(np.float32)) > 0.99)

    @property
    def common(self) -> Area:
        """Where both clips have a picture."""
        rows, columns = np.flatnonzero(self.cells.any(axis=1)), np.flatnonzero(self.cells.any(axis=0))
        return Area(
            int(columns[0]) / WIDTH,
            int(rows[0]) / HEIGHT,
            int(columns[-1] + 1) / WIDTH,
            int(rows[-1] + 1) / HEIGHT,
        )

    def __call__(self, pictures: Luma) -> Floats:
        if self.placement == Placement():
            return pictures.astype(np.float32)
        return np.stack([self._laid(picture.astype(np.float32)) for picture in pictures])

    def _laid(self, picture: Floats) -> Floats:
        return np.asarray(cv2.warpAffine(picture, self._matrix, (WIDTH, HEIGHT)), np.float32)


def placed(
    mine: Luma,
    others: Luma,
    pairs: tuple[Numbers, Numbers],
    start: Placement,
    area: Area,
    other: Area,
    better: float = _CLEARLY_BETTER,
) -> Placement:
    """Where the other clip's pictures lie in these.

    Args:
        pairs: numbers of frames, of both, that show about the same.
        start: where they lie but for small shifts and zooms.
        area, other: what of both is no black border.
        better: how much smaller what is left between the pictures must become, as a ratio.

    Returns:
        ``start`` where nothing else is clearly better.
    """
    first, second = thinned(pairs, _PAIRS)
    own, far = mine[first].astype(np.float32), others[second]
    found = start
    for blur in _BLURS:
        blurred = _blurred(own, blur)
        for _ in range(_ROUNDS):
            overlay = Overlay(found, area, other)
            last, found = found, _closer(blurred, _blurred(overlay(far), blur), overlay.cells, found)
            if not _elsewhere(found, last, _SETTLED):
                break
    if not _sensible(found, start):
        return start
    if not _elsewhere(found, start):
        return start
    overlays = [Overlay(each, area, other) for each in (start, found)]
    cells = overlays[0].cells & overlays[1].cells
    offs = [_off(own, overlay(far), cells) for overlay in overlays]
    noise = max(1.48 * float(np.median(np.abs(offs[1]))), _LEAST_NOISE)
    before, after = (float(np.minimum((off / noise) ** 2, _FAR_OFF).mean()) for off in offs)
    return found if after < better * before else start


def _sensible(found: Placement, start: Placement) -> bool:
    ratios = (found.across / start.across, found.down / start.down)
    return all(0.7 < ratio < 1.4 for ratio in ratios)


def _elsewhere(found: Placement, start: Placement, reach: float = _SAME_PLACE) -> bool:
    """Whether two placements lay a corner to clearly different places."""
    wide, tall = found.across - start.across, found.down - start.down
    right, below = found.right - start.right, found.below - start.below
    most_right = max(abs(right), abs(wide + right)) * WIDTH
    most_below = max(abs(below), abs(tall + below)) * HEIGHT
    return max(most_right, most_below) > reach


def _off(mine: Floats, others: Floats, cells: NDArray[np.bool_]) -> Floats:
    """What is left between pairs of pictures at the same exposure: pairs x cells."""
    gains, levels = exposures(mine, others, cells)
    return mine[:, cells] - gains[:, None] * others[:, cells] - levels[:, None]


def thinned(pairs: tuple[Numbers, Numbers], most: int) -> tuple[Numbers, Numbers]:
    """All pairs, or so many of them, evenly spread."""
    chosen = np.unique(np.linspace(0, len(pairs[0]) - 1, most).round().astype(int))
    return pairs[0][chosen], pairs[1][chosen]


def _blurred(pictures: Floats, sigma: float) -> Floats:
    return np.stack([cv2.GaussianBlur(picture, (0, 0), sigma) for picture in pictures])


def _closer(mine: Floats, others: Floats, cells: NDArray[np.bool_], now: Placement) -> Placement:
    """One step of Gauss–Newton, in shares of the picture around its middle."""
    gains, levels = exposures(mine, others, cells)
    seen = gains[:, None, None] * others + levels[:, None, None]
    off = mine - seen
    noise = max(1.48 * float(np.median(np.abs(off[:, cells]))), _LEAST_NOISE)
    weights = cells / (1 + (off / (2 * noise)) ** 2)
    slope_y, slope_x = np.gradient(seen, axis=(1, 2))
    x = (np.arange(WIDTH) + 0.5) / WIDTH - 0.5
    y = (np.arange(HEIGHT) + 0.5) / HEIGHT - 0.5
    slopes = np.stack(
        [
            -slope_x * x[None, None, :] * WIDTH,
            -slope_x * WIDTH,
            -slope_y * y[None, :, None] * HEIGHT,
            -slope_y * HEIGHT,
        ]
    ).reshape(4, -1)
    flat = (slopes * weights.ravel()) @ slopes.T
    flat += np.diag(1e-3 * np.diag(flat) + 1e-6)
    solved = np.linalg.solve(flat, (slopes * weights.ravel()) @ off.ravel())
    zoom_x, shift_x, zoom_y, shift_y = solved.tolist()
    return Placement(
        now.across * (1 + zoom_x),
        now.down * (1 + zoom_y),
        now.right * (1 + zoom_x) - zoom_x / 2 + shift_x,
        now.below * (1 + zoom_y) - zoom_y / 2 + shift_y,
    )


def exposures(mine: Floats, others: Floats, cells: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """The contrast and brightness that bring each picture to that of its pair, whatever differs in places."""
    own, far = mine[:, cells], others[:, cells]
    weights = np.ones_like(own)
    for _ in range(3):
        total = weights.sum(axis=1)
        own_mean, far_mean = (weights * own).sum(axis=1) / total, (weights * far).sum(axis=1) / total
        around = far - far_mean[:, None]
        energy = (weights * around**2).sum(axis=1)
        product = (weights * around * (own - own_mean[:, None])).sum(axis=1)
        gains = np.clip((product + energy.mean() * 0.01) / (energy + energy.mean() * 0.01 + 1e-3), 0.2, 5)
        levels = own_mean - gains * far_mean
        off = own - gains[:, None] * far - levels[:, None]
        noise = np.maximum(1.48 * np.median(np.abs(off), axis=1), _LEAST_NOISE)[:, None]
        weights = 1 / (1 + (off / (2 * noise)) ** 2)
    return gains.astype(np.float32), levels.astype(np.float32)


def _inside(area: Area) -> NDArray[np.bool_]:
    rows = slice(round(area.top * HEIGHT), round(area.bottom * HEIGHT))
    columns = slice(round(area.left * WIDTH), round(area.right * WIDTH))
    inside = np.zeros((HEIGHT, WIDTH), bool)
    inside[rows, columns] = True
    return inside
