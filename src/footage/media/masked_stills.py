"""Masks on stills: rendered from decoded pixels, and proven by decoding what was written."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from footage.media.painting import mask_still
from footage.media.picture import Picture, as_image, flattened
from footage.media.planes import planes_of_pixels
from footage.media.proving.comparing import Views, area_of, overwrite, tolerance_for
from footage.media.proving.outlines import covered_map, outside_map
from footage.media.proving.watching import Findings
from footage.media.sandbox import Sandbox
from footage.media.sniff import Format
from footage.media.still import encode, read_pixels
from footage.model.flag import Mask
from footage.model.proof import Proof


def render_masked_still(sandbox: Sandbox, source: Path, format: Format, masks: Sequence[Mask]) -> bytes:
    """A still with masks on, written anew from its decoded pixels in its own format.

    Raises:
        BadInput: the source cannot be decoded. ToolFailed: it cannot be written.
    """
    return encode(mask_still(read_pixels(sandbox, source, format), masks), format.name)


def prove_masked_still(
    sandbox: Sandbox, original: Path, format: Format, masked: Path, masks: Sequence[Mask]
) -> Proof:
    """Decode a masked still and hold it against its original.

    The checks: ``picture`` (its size), ``covered``, ``independent`` and ``elsewhere``, as for a video.

    Args:
        format: of both files.

    Raises:
        BadInput: a file cannot be decoded.
    """
    source, shown = (read_pixels(sandbox, path, format) for path in (original, masked))
    return compare_stills(source, shown, masks, format.name)


def compare_stills(original: Picture, masked: Picture, masks: Sequence[Mask], format_name: str) -> Proof:
    """The checks of :func:`prove_masked_still`, on decoded pictures; what is transparent shows its ground."""
    width, height = original.width, original.height
    if (masked.width, masked.height) != (width, height):
        words = f"it is {masked.width} x {masked.height} instead of {width} x {height}"
        others = dict.fromkeys(("covered", "independent", "elsewhere"), "not comparable")
        return Proof({"picture": words, **others})
    areas = [area_of(covered_map(mask, 0, 0, width, height)) for mask in masks]
    noisy = np.frombuffer(original.data, np.uint8).reshape(height, width, -1).copy()
    for area in areas:
        overwrite(planes_of_pixels(noisy), area, 0)
    expected = mask_still(replace(original, data=noisy.tobytes()), masks)
    depends = expected.data != mask_still(original, masks).data
    views = Views(*(planes_of_pixels(_flat(picture)) for picture in (masked, expected, original)))
    uncovered = Findings()
    for mask, area in zip(masks, areas, strict=True):
        if wrong := views.covered(area, tolerance_for(mask.treatment, format_name)):
            uncovered.add(partial("flag {}: {}".format, mask.flag, wrong))
    return Proof(
        {
            "picture": "",
            "covered": uncovered.words(),
            "independent": "what is painted depends on what it hides" if depends else "",
            "elsewhere": views.elsewhere(outside_map(masks, 0, 0, width, height)),
        }
    )


def _flat(picture: Picture) -> NDArray[np.uint8]:
    """Height by width by three channels."""
    return np.asarray(flattened(as_image(picture)), np.uint8)
