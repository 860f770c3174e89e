"""What the sandboxed child gives up, step by step: the limits every Unix has, then Linux's own rungs.

Each rung is optional: where the system does not offer it, the child works without it and says so. The order
matters, because a process that gave up its rights can no longer look around for the later steps.

Sources: setrlimit(2), prctl(2), capset(2), unshare(2), landlock(7).
"""

import ctypes
import errno
import importlib.util
import os
import resource
import stat
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000

_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_OVERRIDE = 1 << 1
_CAP_DAC_READ_SEARCH = 1 << 2

# System call numbers, the same on every architecture Python runs on.
_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
# How many bits of each set a Landlock version knows.
_FILE_BITS = {1: 13, 2: 14, 3: 15, 4: 15}
_ALL_FILE_BITS = 16
_NETWORK_BITS = 0b11
_SCOPE_BITS = 0b11

_SYSTEM_LIBRARIES = ("/usr", "/lib", "/lib32", "/lib64", "/nix/store", "/etc/ld.so.cache")
_SYSTEM_FACTS = (
    "/dev/null",
    "/dev/zero",
    "/dev/urandom",
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/sys/vm/overcommit_memory",
    "/sys/devices/system",
)
_LIBRARIES = ("numpy", "cv2", "av", "PIL")


@dataclass(frozen=True, slots=True)
class Rung:
    """One thing the sandboxed child gave up.

    Attributes:
        name: what it is called, for instance ``landlock``.
        active: whether it holds in this child.
        detail: what it means here, or why it does not hold.
    """

    name: str
    active: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a child may touch: folders or files it may read, write below, and start programs from."""

    readable: tuple[Path, ...]
    writable: tuple[Path, ...]
    executable: tuple[Path, ...]


def limit(memory: int, file_bytes: int) -> list[Rung]:
    """Bound this process's address space and the files it writes (bytes), its core dumps and descriptors."""
    wanted = (
        ("memory limit", "RLIMIT_AS", memory, f"{memory >> 20} MiB of address space"),
        ("file size limit", "RLIMIT_FSIZE", file_bytes, f"{file_bytes >> 20} MiB a file"),
        ("no core dumps", "RLIMIT_CORE", 0, "a crash leaves no copy of memory behind"),
        ("open files limit", "RLIMIT_NOFILE", 256, "256 files at once"),
    )
    return [_limited(*each) for each in wanted]


def renew_processor_time(seconds: int) -> Rung:
    """Allow this process so many more seconds of processor time; the kernel kills it when they are used up.

    The system counts over a process's whole life, so a child that works through many tasks renews the limit
    before each.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    ceiling = int(used.ru_utime + used.ru_stime) + seconds + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (_within(ceiling, hard), hard))
    except (ValueError, OSError) as error:
        return Rung("processor time limit", False, str(error))
    return Rung("processor time limit", True, f"{seconds} seconds a task")


def climb(allowance: Allowance) -> list[Rung]:
    """Give up, for good, what Linux lets this process and its children give up.

    Must be called while the process has a single thread: a namespace and Landlock's rules are taken on by the
    calling thread and those it starts later.
    """
    if not sys.platform.startswith("linux"):
        return [Rung("linux rungs", False, f"{sys.platform} does not have them")]
    libc = ctypes.CDLL(None, use_errno=True)
    return [_no_new_privileges(libc), _no_network(libc), _no_capabilities(libc), _landlock(libc, allowance)]


def own_files(packages: Iterable[str]) -> tuple[Path, ...]:
    """Where this interpreter, its libraries and the named (imported) packages lie."""
    found = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.exec_prefix)}
    found.update(Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    found.update(Path(entry) for entry in sys.path if any(Path(entry, name).is_dir() for name in _LIBRARIES))
    for name in packages:
        found.update(map(Path, sys.modules[name].__path__))
    found.update(map(Path, (*_SYSTEM_LIBRARIES, *_SYSTEM_FACTS)))
    return tuple(sorted(found))


def own_programs() -> tuple[Path, ...]:
    """Where FFmpeg may lie, as imageio-ffmpeg looks for it, and what loads it: all that a child may start."""
    found = [Path(sys.prefix, "bin/ffmpeg"), Path("/usr/bin/ffmpeg")]
    if chosen := os.environ.get("IMAGEIO_FFMPEG_EXE"):
        found.append(Path(chosen))
    spec = importlib.util.find_spec("imageio_ffmpeg")
    if spec is not None and spec.origin is not None:
        found.append(Path(spec.origin).parent / "binaries")
    for folder in ("/lib", "/lib64"):
        found += Path(folder).glob("ld-*.so*")
    return tuple(found)


def _limited(name: str, resource_name: str, value: int, detail: str) -> Rung:
    which = getattr(resource, resource_name)
    value = _within(value, resource.getrlimit(which)[1])
    try:
        resource.setrlimit(which, (value, value))
    except (ValueError, OSError) as error:
        return Rung(name, False, str(error))
    return Rung(name, True, detail)


def _within(value: int, hard: int) -> int:
    return value if hard == resource.RLIM_INFINITY else min(value, hard)


def _no_new_privileges(libc: ctypes.CDLL) -> Rung:
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return Rung("no new privileges", False, _reason())
    return Rung("no new privileges", True, "no program it starts can gain rights")


def _no_network(libc: ctypes.CDLL) -> Rung:
    # Root may take a network of its own directly. In a user namespace it would lose the right to read a
    # library that belongs to somebody else.
    flags = _CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWUSER | _CLONE_NEWNET
    if libc.unshare(flags) != 0:
        return Rung("no network", False, _reason())
    return Rung("no network", True, "a network namespace of its own, with nothing in it")


def _no_capabilities(libc: ctypes.CDLL) -> Rung:
    """Drop root's special rights, and those a fresh user namespace gives; root keeps reading and writing."""
    kept = _CAP_DAC_OVERRIDE | _CAP_DAC_READ_SEARCH if os.geteuid() == 0 else 0
    held = (ctypes.c_uint32 * 6)()
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    if libc.capget(header, held) != 0:
        return Rung("no capabilities", False, _reason())
    kept &= held[1]
    # Two sets of effective, permitted and inheritable; only the low words hold the ones that stay.
    if libc.capset(header, (ctypes.c_uint32 * 6)(kept, kept, 0, 0, 0, 0)) != 0:
        return Rung("no capabilities", False, _reason())
    return Rung("no capabilities", True, "kept: reading and writing as root" if kept else "none is left")


def _landlock(libc: ctypes.CDLL, allowance: Allowance) -> Rung:
    version = libc.syscall(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < 1:
        return Rung("landlock", False, _reason())
    rights = (1 << _FILE_BITS.get(version, _ALL_FILE_BITS)) - 1
    attributes = [rights]
    if version >= 4:
        attributes.append(_NETWORK_BITS)
    if version >= 6:
        attributes.append(_SCOPE_BITS)
    packed = (ctypes.c_uint64 * len(attributes))(*attributes)
    ruleset = libc.syscall(
        _LANDLOCK_CREATE_RULESET, packed, ctypes.c_size_t(ctypes.sizeof(packed)), ctypes.c_uint32(0)
    )
    if ruleset < 0:
        return Rung("landlock", False, _reason())
    try:
        _allow(libc, ruleset, allowance.readable, _READ_FILE | _READ_DIR)
        _allow(libc, ruleset, allowance.executable, _READ_FILE | _READ_DIR | _EXECUTE)
        _allow(libc, ruleset, allowance.writable, rights & ~_EXECUTE & ~_IOCTL_DEV)
        _allow(libc, ruleset, (Path("/dev/null"),), _READ_FILE | _WRITE_FILE)
        if libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, ctypes.c_uint32(0)) != 0:
            return Rung("landlock", False, _reason())
    except OSError as error:
        return Rung("landlock", False, str(error))
    finally:
        os.close(ruleset)
    return Rung("landlock", True, f"version {version}: reads the vault, writes its scratch folder alone")


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def _allow(libc: ctypes.CDLL, ruleset: int, paths: Sequence[Path], rights: int) -> None:
    """Allow ``rights`` on each path and all below it; a path that is not there needs no rule."""
    for path in paths:
        with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
            try:
                folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
                beneath = _PathBeneath(rights if folder else rights & _FILE_RIGHTS, descriptor)
                done = libc.syscall(
                    _LANDLOCK_ADD_RULE,
                    ruleset,
                    ctypes.c_int(1),
                    ctypes.byref(beneath),
                    ctypes.c_uint32(0),
                )
                if done != 0:
                    raise OSError(ctypes.get_errno(), _reason(), str(path))
            finally:
                os.close(descriptor)


def _reason() -> str:
    """Why the last call into the C library failed, in words."""
    number = ctypes.get_errno()
    if number == errno.ENOSYS:
        return "this kernel does not have it"
    if number == errno.EOPNOTSUPP:
        return "it is switched off in this kernel"
    if number in (errno.EPERM, errno.EACCES):
        return "this system does not permit it"
    return os.strerror(number)
