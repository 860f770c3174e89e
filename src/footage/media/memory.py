"""Memory that pictures pass through: kept when it is freed, because the next picture needs as much.

Handing tens of megabytes back to the system and taking them again, page by page, costs as much as decoding.
"""

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT = 128 << 20
_LARGEST_KEPT = 32 << 20


def keep_freed_memory() -> None:
    """Let this process keep up to 128 MB that it freed; where the C library cannot, nothing happens."""
    tune = getattr(ctypes.CDLL(None), "mallopt", None)
    if tune is not None:
        tune(_MMAP_THRESHOLD, _LARGEST_KEPT)
        tune(_TRIM_THRESHOLD, _KEPT)
