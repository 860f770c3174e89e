"""The fixtures of the command line's tests; what they are made of is in ``tests/doors.py``."""

from doors import _filled, _masked, _settled, desk, footage, library, masked_desk, media

__all__ = ["_filled", "_masked", "_settled", "desk", "footage", "library", "masked_desk", "media"]
