"""Frame indexes: when each frame of a video is shown.

A blob holds the first timestamp and then each one's distance to the one before, as 64-bit signed integers,
lowest byte first, compressed with zlib. Even frame rates shrink to almost nothing; nothing is rounded.
"""

import sys
import zlib
from array import array
from itertools import accumulate, pairwise

from sqlalchemy import Connection, delete, insert, select

from footage.catalogue import tables
from footage.errors import Damaged, NotFound
from footage.model.span import FrameIndex


def put(connection: Connection, number: int, index: FrameIndex) -> None:
    """Keep an asset's frame index in place of the one before."""
    table = tables.frame_index
    connection.execute(delete(table).where(table.c.asset == number))
    deltas = pack(index.pts)
    connection.execute(
        insert(table).values(asset=number, time_base=index.time_base, end=index.end, deltas=deltas)
    )


def get(connection: Connection, number: int) -> FrameIndex:
    """An asset's frame index.

    Raises:
        NotFound: it has none, for instance because it is a still.
        Damaged: the record is broken.
    """
    table = tables.frame_index
    row = connection.execute(select(table).where(table.c.asset == number)).one_or_none()
    if row is None:
        raise NotFound(f"asset {number} has no frames to count", "times are for video only")
    try:
        pts = unpack(row.deltas)
    except (zlib.error, ValueError) as error:
        raise Damaged(f"the frame index of asset {number} is broken", "run footage repair") from error
    return FrameIndex(row.time_base, pts, row.end)


def pack(pts: tuple[int, ...]) -> bytes:
    """The blob of some timestamps (at least one)."""
    deltas = array("q", [pts[0], *(after - before for before, after in pairwise(pts))])
    if sys.byteorder == "big":
        deltas.byteswap()
    return zlib.compress(deltas.tobytes())


def unpack(blob: bytes) -> tuple[int, ...]:
    """The timestamps of a blob.

    >>> unpack(pack((5, 6, 8)))
    (5, 6, 8)
    """
    deltas = array("q")
    deltas.frombytes(zlib.decompress(blob))
    if sys.byteorder == "big":
        deltas.byteswap()
    return tuple(accumulate(deltas))
