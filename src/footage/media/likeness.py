"""Whether two small pictures look alike: cheap enough to compare one with hundreds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from footage.media.picture import Picture, as_image

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SIDE = 16
_LEAST_VARIED = 4.0
_ALIKE = 0.92


def miniature(picture: Picture) -> "NDArray[np.float64] | None":
    """The brightness of 16 by 16 fields, against their mean and at one contrast.

    Returns:
        None for a picture in which next to nothing can be told apart (black, fog): any two would be alike.
    """
    from PIL import Image

    grey = as_image(picture).convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    levels = np.asarray(grey, dtype=np.float64).ravel()
    levels -= levels.mean()
    if levels.std() < _LEAST_VARIED:
        return None
    return levels / np.linalg.norm(levels)


def alike(mine: "NDArray[np.float64]", others: "Sequence[NDArray[np.float64]]") -> bool:
    """Whether a picture looks like any of some others, by their miniatures."""
    return any(float(mine @ other) >= _ALIKE for other in others)
