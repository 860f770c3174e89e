"""``python bench/bench_add.py [FILE]``: how long ``footage add`` takes beside decoding alone, and its memory.

Without a file, a minute of 1080p H.264 is made. The floor is the bundled ``ffmpeg -i FILE -f null -``; both
are whole processes, run in turn. Peak memory is the largest single process of an ``add``.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import imageio_ffmpeg
from installed import compile_program

RUNS = 3
LIMIT = 2.0
MEMORY_LIMIT_MB = 500

_MEASURE = """
import json, resource, subprocess, sys, time
before = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
took = time.perf_counter() - before
print(json.dumps([took, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024]))
"""


def main() -> None:
    """Print the table."""
    compile_program()
    with tempfile.TemporaryDirectory(prefix="footage-bench-") as name:
        folder = Path(name)
        clip = Path(sys.argv[1]) if len(sys.argv) > 1 else make_clip(folder / "clip.mp4")
        floors, adds, memory = [], [], []
        for turn in range(RUNS + 1):
            floor, _ = measure([program(), "-nostdin", "-i", str(clip), "-f", "null", "-"])
            library = folder / f"library-{turn}"
            took, peak = measure(
                [sys.executable, "-m", "footage", "--library", str(library), "add", str(clip)]
            )
            if turn:
                floors.append(floor)
                adds.append(took)
                memory.append(peak)
        floor, took = statistics.median(floors), statistics.median(adds)
        print(f"{'ffmpeg -i FILE -f null -':28} {floor:8.2f} s")
        print(f"{'footage add FILE':28} {took:8.2f} s")
        print(f"{'ratio':28} {took / floor:8.2f}     (at most {LIMIT:g})")
        print(f"{'peak memory':28} {max(memory):8.0f} MB  (at most {MEMORY_LIMIT_MB})")


def make_clip(path: Path, seconds: int = 60) -> Path:
    """A 1080p clip of moving noise with cuts, encoded as x264 does by default."""
    scenes = "testsrc2=s=1920x1080:r=25:d={0},noise=alls=5:allf=t".format
    parts = [scenes(seconds / 6) for _ in range(6)]
    looks = ("", ",hue=h=90", ",negate", ",hflip", ",hue=h=200", ",vflip")
    graph = ";".join(f"{part}{look}[v{n}]" for n, (part, look) in enumerate(zip(parts, looks, strict=True)))
    graph += ";" + "".join(f"[v{n}]" for n in range(6)) + f"concat=n=6[v];sine=d={seconds}[a]"
    command = [program(), "-y", "-loglevel", "error", "-filter_complex", graph, "-map", "[v]", "-map", "[a]"]
    command += ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "aac", str(path)]
    subprocess.run(command, check=True)
    return path


def program() -> str:
    """The bundled FFmpeg."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def measure(command: list[str]) -> tuple[float, float]:
    """A command's seconds, and the megabytes of its largest process (its children's, too)."""
    told = subprocess.run(
        [sys.executable, "-c", _MEASURE, *command], check=True, capture_output=True, text=True
    )
    took, peak = json.loads(told.stdout)
    return took, peak


if __name__ == "__main__":
    main()
