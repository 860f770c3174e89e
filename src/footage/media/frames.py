"""A catalogued video's frames under the numbers they have in its index."""

from collections.abc import Iterator

from av import VideoFrame
from av.container import InputContainer
from av.video.stream import VideoStream

from footage.errors import ToolFailed
from footage.media.demux import Reader
from footage.model.span import FrameIndex


def indexed_frames(
    container: InputContainer, stream: VideoStream, index: FrameIndex
) -> Iterator[tuple[int, VideoFrame]]:
    """A video's frames with their numbers in its index, which counts every frame that can be decoded.

    Raises:
        ToolFailed: there are more or fewer than in the index.
    """
    wanted, shown = len(index.pts), 0
    for number, frame in enumerate(Reader(container, stream).frames()):
        shown = number + 1
        if number < wanted:
            yield number, frame
    if shown != wanted:
        raise ToolFailed(
            f"it shows {shown} frames; when it was taken in, it showed {wanted}", "run: footage verify"
        )


def fields_of(frame: VideoFrame, stream: VideoStream) -> str:
    """How a stream's frames are scanned: ``""`` whole, ``"tff"`` or ``"bff"`` in two fields, by the first.

    Args:
        frame: decoded from the stream; some decoders know only then.
    """
    order = stream.codec_context.field_order
    if order <= _PROGRESSIVE and not frame.interlaced_frame:
        return ""
    return "bff" if order in _LOWER_FIRST else "tff"


# FFmpeg's AVFieldOrder.
_PROGRESSIVE = 1
_LOWER_FIRST = (3, 5)
