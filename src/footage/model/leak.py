"""Leaks: what a published file carries beside the pictures and the sound that it is meant to show."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters.

    A leak shows, or may show, hidden pictures, places, times, persons or devices. A trace names the program
    that wrote the file, and the like.
    """

    LEAK = "leak"
    TRACE = "trace"


class Item(StrEnum):
    """What an audit looks for, by stable names; ``meaning`` says each in a line."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> "Item":
        """A name with its meaning."""
        made = str.__new__(cls, value)
        made._value_ = value
        made.meaning = meaning
        return made

    # pictures within pictures
    EXIF_THUMBNAIL = "exif-thumbnail", "a small picture in the EXIF block, made before the masks were"
    JFIF_THUMBNAIL = "jfif-thumbnail", "a small picture in a JPEG's first segment"
    JFXX_THUMBNAIL = "jfxx-thumbnail", "a small picture in a JPEG's JFXX segment"
    IPTC_THUMBNAIL = "iptc-thumbnail", "a small picture in Photoshop's resources (0x040C) or in IPTC-IIM"
    XMP_THUMBNAIL = "xmp-thumbnail", "a small picture in XMP"
    EXTENDED_XMP = "extended-xmp", "XMP that goes on in further segments: room for whole pictures"
    MAKER_NOTE = "maker-note", "the camera maker's own block: serial numbers, faces, places"
    MAKER_NOTE_PREVIEW = "maker-note-preview", "a picture in the camera maker's own block"
    MPF_PICTURE = "mpf-picture", "further pictures behind a JPEG (multi-picture format)"
    GAIN_MAP = "gain-map", "a second picture that brightens the first (HDR)"
    DEPTH_MAP = "depth-map", "a second picture that tells distances"
    MOTION_PHOTO = "motion-photo", "a video behind or inside a still"
    EMBEDDED_PICTURE = "embedded-picture", "a picture in a place where none belongs"
    EXTRA_TIFF_IFD = "extra-tiff-ifd", "further pictures or pages of a TIFF"
    TIFF_LAYERS = "tiff-layers", "Photoshop's layers in a TIFF"
    APNG_FRAMES = "apng-frames", "further pictures of an animated PNG"
    WEBP_ANIMATION = "webp-animation", "further pictures of an animated WebP"
    GIF_ANIMATION = "gif-animation", "further pictures of an animated GIF"
    HEIF_THUMBNAIL = "heif-thumbnail", "a small picture in a HEIC or AVIF"
    HEIF_AUXILIARY = "heif-auxiliary", "an auxiliary picture in a HEIC or AVIF"
    HEIF_EXTRA_PICTURE = "heif-extra-picture", "a further picture in a HEIC or AVIF"
    HEIF_MIME_ITEM = "heif-mime-item", "data of another kind in a HEIC or AVIF"
    HIDDEN_BY_CROP = "hidden-by-crop", "pixels that are there but cropped away when shown"

    # bytes that nobody shows
    TRAILING_BYTES = "trailing-bytes", "bytes after the end of the picture or film"
    UNREFERENCED_BYTES = "unreferenced-bytes", "bytes that nothing in the file refers to"
    UNNAMED_MDAT_BYTES = "unnamed-mdat-bytes", "bytes among the coded pictures that no table names"
    FREE_BOX_CONTENT = "free-box-content", "something in a place that is marked as empty"
    UUID_BOX = "uuid-box", "a box of somebody's own kind"
    UNKNOWN_PART = "unknown-part", "a part of the file that a player does not need"
    UNREADABLE = "unreadable", "a part that could not be read, and so was not looked at"

    # words, places, times, devices
    EXIF_TAG = "exif-tag", "EXIF that says more than how to show the picture"
    CAMERA_SETTINGS = "camera-settings", "how the camera was set"
    CAMERA_MAKE = "camera-make", "the camera's make, model or lens"
    SERIAL_NUMBER = "serial-number", "a serial number, or a number of the camera's own for the picture"
    OWNER_NAME = "owner-name", "the name of the camera's owner"
    CREATION_TIME = "creation-time", "when the file was recorded or edited"
    GPS = "gps", "coordinates"
    LOCATION = "location", "a place in a video's own data"
    FACE_REGIONS = "face-regions", "where faces are, and whose"
    CREATOR_TOOL = "creator-tool", "the program that a picture was edited with"
    EDIT_HISTORY = "edit-history", "what was done to the picture before"
    DOCUMENT_ID = "document-id", "a number by which the unmasked original can be found"
    XMP_PROPERTY = "xmp-property", "XMP beyond caption, credit and rights"
    IPTC_DATASET = "iptc-dataset", "IPTC-IIM beyond caption, credit and rights"
    PHOTOSHOP_RESOURCE = "photoshop-resource", "Photoshop's resources beyond those that show the picture"
    JPEG_COMMENT = "jpeg-comment", "a comment in a JPEG"
    JPEG_SEGMENT = "jpeg-segment", "an application's own segment in a JPEG"
    PNG_TEXT = "png-text", "text in a PNG"
    PNG_EXIF = "png-exif", "EXIF in a PNG"
    PNG_CHUNK = "png-chunk", "a chunk of a PNG that does not belong to the picture"
    WEBP_EXIF = "webp-exif", "EXIF in a WebP"
    WEBP_CHUNK = "webp-chunk", "a chunk of a WebP that does not belong to the picture"
    GIF_COMMENT = "gif-comment", "a comment or plain text in a GIF"
    GIF_EXTENSION = "gif-extension", "an application's own block in a GIF"
    TIFF_TAG = "tiff-tag", "a tag of a TIFF that does not belong to the picture"
    HEIF_EXIF = "heif-exif", "EXIF in a HEIC or AVIF"
    HEIF_DESCRIPTION = "heif-description", "a name or description in a HEIC or AVIF"
    ICC_DEVICE_NAME = "icc-device-name", "a colour profile that names a device or a person"
    C2PA = "c2pa", "a C2PA manifest, which may hold pictures of what it was made from"

    # video
    TELEMETRY = "telemetry", "a track of places, movements or a camera's state"
    DATA_TRACK = "data-track", "a track that is neither picture nor sound"
    TIMECODE_TRACK = "timecode-track", "a track or tag of timecode, often the time of day"
    ATTACHED_PICTURE = "attached-picture", "a cover picture"
    SECOND_VIDEO = "second-video", "a second moving picture"
    HIDDEN_LAYER = "hidden-layer", "a second layer or view in the coded pictures"
    DISABLED_TRACK = "disabled-track", "a track that players do not play"
    SUBTITLES = "subtitles", "a track of text"
    CHAPTERS = "chapters", "chapters"
    CAPTIONS_IN_SEI = "captions-in-sei", "captions inside the coded pictures"
    USER_DATA_IN_SEI = "user-data-in-sei", "somebody's own data inside H.264 or HEVC pictures"
    USER_DATA_IN_PICTURES = "user-data-in-pictures", "somebody's own data inside MPEG pictures"
    MJPEG_SEGMENT = "mjpeg-segment", "an application's segment or a comment inside Motion JPEG pictures"
    AV1_METADATA = "av1-metadata", "somebody's own data inside AV1 pictures"
    UNKNOWN_UNIT = "unknown-unit", "units among the coded pictures that decoders pass over"
    EDIT_LIST_HIDDEN = "edit-list-hidden", "pictures or sound that an edit list hides"
    DISCARDED_PACKETS = "discarded-packets", "pictures or sound that are marked not to be shown"
    UDTA = "udta", "user data of a camera or an editor"
    CONTAINER_TAG = "container-tag", "a title, comment or other tag of the file or a track"
    MKV_ATTACHMENT = "mkv-attachment", "a file attached to a Matroska file"
    MKV_TAGS = "mkv-tags", "tags of a Matroska file"
    HANDLER_NAME = "handler-name", "the name of a track"
    ENCODER = "encoder", "the program or encoder that wrote the file"

    # folders
    LRV_THM_SIDECAR = "lrv-thm-sidecar", "a camera's small copy of a clip"
    AAE_SIDECAR = "aae-sidecar", "an editor's file beside the picture"
    TEMPORARY_FILE = "temporary-file", "a temporary or hidden file"
    FILE_NAME = "file-name", "a file name that tells when, where or of what"
    LOCAL_PATH = "local-path", "a path on somebody's computer"
    UNKNOWN_FILE = "unknown-file", "a file of a kind that is not looked into"

    # held against an asset of the library
    UNMASKED_PICTURE = "unmasked-picture", "a picture that shows what was masked"
    UNMASKED_PACKETS = "unmasked-packets", "coded pictures of the original that were to be masked or cut out"
    CUT_PICTURE = "cut-picture", "a picture that was cut out"


@dataclass(frozen=True, slots=True)
class Leak:
    """A finding of an audit.

    Attributes:
        file: its path from the folder that was audited, or its name.
        item: a name of :class:`Item`.
    """

    file: str
    item: str
    severity: Severity
    message: str


def leaks_among(findings: tuple[Leak, ...]) -> tuple[Leak, ...]:
    """The findings that are leaks.

    >>> len(leaks_among((Leak("a.jpg", Item.ENCODER, Severity.TRACE, "written by x264"),)))
    0
    """
    return tuple(each for each in findings if each.severity is Severity.LEAK)
