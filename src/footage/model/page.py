"""What our pages show: plain words and pictures, already made safe to be seen.

Whoever fills these in has decided what may be seen: a picture of anything flagged or unreviewed comes as
bytes that were covered before they got here. A page cannot cover a picture, it only says that it is covered.
"""

from dataclasses import dataclass

from footage.model.caption import Finding


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture on a page: either the bytes of a JPEG, or the path of a file that lies beside the page.

    Attributes:
        width, height: in pixels.
        alt: what it shows, for those who do not see it.
        path: relative to the page, parts divided by slashes.
        covered: its bytes were obscured; the page says so.
    """

    width: int
    height: int
    alt: str
    path: str = ""
    jpeg: bytes = b""
    covered: bool = False

    def __post_init__(self) -> None:
        if bool(self.path) == bool(self.jpeg):
            raise ValueError("a picture has either a path or bytes")


@dataclass(frozen=True, slots=True)
class PageShot:
    """One shot of a video, its keyframe first.

    Attributes:
        number: from 1.
        start: when it begins, as a clock or a timecode.
        length: how long it is, in words ("4.0 s").
        flags: what is flagged in it, in words.
    """

    number: int
    picture: Picture
    start: str
    length: str
    description: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageFlag:
    """One flag, in words.

    Attributes:
        span: for instance ``0:04 to 0:07``; empty for the whole of it.
        state: for instance ``open``; it is also shown by colour.
    """

    number: int
    span: str
    reasons: tuple[str, ...]
    state: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SheetAsset:
    """One asset on a contact sheet: a still as one picture, a video as its shots.

    Attributes:
        name: the original file name.
        kind: ``video`` or ``still``.
        picture: of the whole; shown where there are no shots.
        dimensions: for instance ``1280 × 720``.
        duration: of a video; empty for a still.
        damaged: what is wrong with the file; empty when it is whole.
    """

    number: int
    name: str
    kind: str
    picture: Picture
    dimensions: str
    duration: str = ""
    shots: tuple[PageShot, ...] = ()
    flags: tuple[PageFlag, ...] = ()
    caption: str = ""
    credit: str = ""
    damaged: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A numbered contact sheet.

    Attributes:
        title: what was asked for.
        agency: our own agency's name.
        made: when, in words.
    """

    title: str
    agency: str
    made: str
    assets: tuple[SheetAsset, ...]


@dataclass(frozen=True, slots=True)
class PageFact:
    """One stated fact: its label and its words."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class PackageFile:
    """One file of a package.

    Attributes:
        path: relative to the page, parts divided by slashes.
        role: what it is for, in words ("video", "caption", "metadata").
        size: in bytes.
    """

    path: str
    role: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PackageAsset:
    """One asset of a package.

    Attributes:
        name: the published media file's path, relative to the page.
        kind: ``video`` or ``still``.
        picture: made from the published file alone.
        playable: whether browsers can play the file; then the page offers to.
        caption: as printed, its credit included.
        language: of the caption, as a BCP 47 code; empty where nobody said.
        facts: in the order in which they are shown.
        restrictions: what a client must heed: an embargo, an expiry, usage terms.
        masked_by_us: what we hid, one sentence each that says so ("Masked by Newsflash: …").
        masked_by_source: what came hidden from its source, one sentence each that says so.
        files: its files; the media file first.
        findings: what the sub-editor advises.
    """

    number: int
    name: str
    kind: str
    picture: Picture
    dimensions: str
    caption: str
    credit: str
    headline: str = ""
    language: str = ""
    duration: str = ""
    playable: bool = False
    facts: tuple[PageFact, ...] = ()
    restrictions: tuple[str, ...] = ()
    shots: tuple[PageShot, ...] = ()
    masked_by_us: tuple[str, ...] = ()
    masked_by_source: tuple[str, ...] = ()
    files: tuple[PackageFile, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Package:
    """An export's page.

    Attributes:
        headline: the story's, or another title of the whole.
        story: the story's slug; empty where there is none.
        agency: our own agency's name.
        made: when, in words.
        program: what made it, with its version.
        custody: the hash at the head of the custody log when it was made.
        files: those of the whole package, for instance its manifest.
        notes: sentences about the whole, shown under the head.
    """

    headline: str
    agency: str
    made: str
    program: str
    custody: str
    assets: tuple[PackageAsset, ...]
    story: str = ""
    files: tuple[PackageFile, ...] = ()
    notes: tuple[str, ...] = ()
