"""Tasks that do what a decoder taken over by a hostile file, or merely broken by it, would do."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from footage.errors import BadInput, Refused

Messages = Iterator[tuple[dict[str, object], bytes]]
Params = dict[str, Any]


def echo(params: Params, scratch: Path) -> Messages:
    yield {"params": params, "scratch": str(scratch), "pid": os.getpid()}, bytes(params.get("size", 0))


def loaded(params: Params, _scratch: Path) -> Messages:
    yield {"pid": os.getpid(), "loaded": params["module"] in sys.modules}, b""


def count(params: Params, _scratch: Path) -> Messages:
    for number in range(params["to"]):
        yield {"number": number}, b""


def steps(_params: Params, _scratch: Path) -> Messages:
    yield {"progress": ["decoding", 1, 2]}, b""
    yield {"progress": ["decoding", 1, 2], "more": 0}, b""
    yield {"progress": ["decoding", "1", 2]}, b""
    yield {"progress": ["decoding", 1, 2]}, b"pixels"


def abort(_params: Params, _scratch: Path) -> Messages:
    os.abort()
    yield {}, b""


def read_address_nought(_params: Params, _scratch: Path) -> Messages:
    yield {"read": ctypes.string_at(0)[:1].hex()}, b""


def leave(_params: Params, _scratch: Path) -> Messages:
    yield {}, b""
    sys.exit(3)


def hang(_params: Params, _scratch: Path) -> Messages:
    yield {"pid": os.getpid()}, b""
    time.sleep(600)


def spin(_params: Params, _scratch: Path) -> Messages:
    while True:
        pass
    yield {}, b""


def busy(params: Params, _scratch: Path) -> Messages:
    end = time.process_time() + params["seconds"]
    while time.process_time() < end:
        pass
    yield {"pid": os.getpid()}, b""


def trickle(params: Params, _scratch: Path) -> Messages:
    yield {}, b""
    for _ in range(params["times"] - 1):
        time.sleep(params["seconds"])
        yield {}, b""


def eat_memory(params: Params, _scratch: Path) -> Messages:
    yield {"bytes": len(bytearray(params["bytes"]))}, b""


def write_much(params: Params, scratch: Path) -> Messages:
    with (scratch / "much").open("wb", buffering=0) as file:
        for _ in range(params["mib"]):
            file.write(bytes(1 << 20))
    yield {}, b""


def chatter(params: Params, _scratch: Path) -> Messages:
    print("printed by Python" * params["times"], flush=True)
    ctypes.CDLL(None).puts(b"printed by C")
    os.write(1, b"\x00\x00\x00\x02written to the first descriptor\n")
    yield {"heard": True}, b""


def last_words(_params: Params, _scratch: Path) -> Messages:
    sys.stderr.write("x" * 3_000_000 + "\nthe last\x1b[31m words\n")
    sys.stderr.flush()
    os.kill(os.getpid(), signal.SIGKILL)
    yield {}, b""


def raw(params: Params, _scratch: Path) -> Messages:
    """Write bytes of the caller's choice past the child's own writer."""
    _into_every_pipe(bytes.fromhex(params["hex"]))
    time.sleep(600)
    yield {}, b""


def speak_later(params: Params, _scratch: Path) -> Messages:
    """The same, once this task is over."""
    threading.Timer(0.2, _into_every_pipe, [bytes.fromhex(params["hex"])]).start()
    yield {"pid": os.getpid()}, b""


def complain(_params: Params, _scratch: Path) -> Messages:
    yield {"before": True}, b""
    raise BadInput("the clip shows\x1b[2J no picture", "add another")


def refuse(_params: Params, _scratch: Path) -> Messages:
    raise Refused("not while things stand as they do")
    yield {}, b""


def stumble(_params: Params, _scratch: Path) -> Messages:
    raise LookupError("never foreseen")
    yield {}, b""


def read(params: Params, _scratch: Path) -> Messages:
    yield {}, Path(params["path"]).read_bytes()


def write(params: Params, _scratch: Path) -> Messages:
    Path(params["path"]).write_bytes(b"written")
    yield {}, b""


def connect(params: Params, _scratch: Path) -> Messages:
    with socket.socket() as talk:
        talk.settimeout(5)
        talk.connect(("127.0.0.1", params["port"]))
    yield {}, b""


def start(params: Params, _scratch: Path) -> Messages:
    done = subprocess.run(params["command"], capture_output=True, check=False)
    yield {"code": done.returncode}, done.stdout + done.stderr


def bring_up_a_child(_params: Params, _scratch: Path) -> Messages:
    pid = os.fork()
    if pid == 0:
        time.sleep(600)
        os._exit(0)
    yield {"pid": os.getpid(), "started": pid}, b""
    time.sleep(600)


def strike_parent(_params: Params, _scratch: Path) -> Messages:
    os.kill(os.getppid(), signal.SIGTERM)
    yield {}, b""


def surroundings(_params: Params, _scratch: Path) -> Messages:
    descriptors = [number for number in range(3, 64) if _is_open(number)]
    yield (
        {
            "environment": dict(os.environ),
            "descriptors": len(descriptors),
            "folder": str(Path.cwd()),
            "session": os.getsid(0) == os.getpid(),
            "standard input": os.read(0, 10).hex(),
            "network": _network(),
            "capabilities": _capabilities(),
        },
        b"",
    )


def decode_and_encode(params: Params, scratch: Path) -> Messages:
    """What honest work needs: every heavy library, threads, and FFmpeg's program as a child of the child."""
    import av
    import cv2
    import imageio_ffmpeg
    import numpy
    import pillow_heif
    from PIL import Image

    with av.open(params["clip"], format="mov") as clip:
        clip.streams.video[0].thread_type = "AUTO"
        frames = [frame.to_ndarray(format="rgb24") for frame in clip.decode(video=0)]
    small = cv2.resize(frames[-1], (64, 48), interpolation=cv2.INTER_AREA)
    pillow_heif.register_heif_opener()
    Image.fromarray(small).save(scratch / "small.heic")
    encoded = scratch / "encoded.mp4"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-loglevel", "error", "-i", params["clip"]]
    subprocess.run([*command, "-c:v", "libx265", str(encoded)], check=True, stdout=subprocess.DEVNULL)
    yield {"frames": len(frames), "encoded": encoded.stat().st_size}, numpy.ascontiguousarray(small).tobytes()


def _network() -> str:
    with suppress(OSError):
        return str(Path("/proc/self/ns/net").readlink())
    return ""


def _capabilities() -> str:
    with suppress(OSError):
        status = Path("/proc/self/status").read_text()
        return status.partition("CapPrm:")[2].split()[0]
    return ""


def _into_every_pipe(words: bytes) -> None:
    for descriptor in range(3, 64):
        with suppress(OSError):
            os.write(descriptor, words)


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _private(_params: Params, _scratch: Path) -> Messages:
    yield {}, b""


not_a_task = "text"
