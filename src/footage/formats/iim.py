"""IIM, the older IPTC fields in JPEG and TIFF: facts out of them, and a publication into them.

Source: IPTC-NAA Information Interchange Model 4.2. Its limits are bytes, not characters, and several are so
short that a credit line in Cyrillic rarely fits: XMP is authoritative, and what was cut is told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from footage.formats.foreign import decoded, tidy, tidy_all
from footage.formats.stamps import offset, read_stamp
from footage.formats.writable import writable
from footage.model.facts import Facts
from footage.model.moment import Moment
from footage.model.publication import Publication, read_handling

_MARK = 0x1C
_CHARACTER_SET = (1, 90)
_UTF_8 = b"\x1b%G"
_MOST_DATASETS = 2_000
_REPEATABLE = ("Byline", "Keywords")

Texts = Mapping[int, Sequence[str]]


def read_iim(packet: bytes) -> Facts:
    """The facts that IIM datasets propose.

    Where a dataset is malformed, those before it still count.

    Args:
        packet: the datasets, as they lie in Photoshop's resource 0x0404 or TIFF's tag 33723.
    """
    texts = _texts(packet)
    embargo, expires, instructions = read_handling(_first(texts, 40) or "")
    return Facts(
        shows=_first(texts, 120),
        headline=_first(texts, 105),
        place=_first(texts, 92),
        city=_first(texts, 90),
        state=_first(texts, 95),
        country=_first(texts, 101),
        shot=_moment(texts, 55, 60),
        creator=", ".join(tidy_all(texts.get(80, ()))) or None,
        creator_title=_first(texts, 85),
        credit=_first(texts, 110),
        rights=_first(texts, 116),
        embargo=embargo or _moment(texts, 30, 35),
        expires=expires or _moment(texts, 37, 38),
        language=_first(texts, 135),
        keyword=tidy_all(texts.get(25, ())),
        job=_first(texts, 103),
        note=tidy(instructions),
    )


def write_iim(publication: Publication) -> dict[str, str | list[str]]:
    """What a publication says in IIM: a text, or a list where there may be several, by Exiv2's dataset names.

    Dates read ``2023-03-24`` and times ``23:50:00+02:00``. IIM cannot say a time without a zone: of a
    shooting it is left out, of an embargo or an expiry UTC counts. What is written is what
    :func:`footage.formats.writable.writable` makes of it.
    """
    publication = writable(publication)
    written: dict[str, str | list[str]] = {
        "Iptc.Envelope.CharacterSet": _UTF_8.decode(),
        "Iptc.Application2.RecordVersion": "4",
    }
    for name, _, limit, texts in _fields(publication):
        if cut := [_cut(text, limit) for text in texts]:
            written[f"Iptc.Application2.{name}"] = cut if name in _REPEATABLE else cut[0]
    stamps = (
        ("DateCreated", "TimeCreated", publication.day_created),
        ("ReleaseDate", "ReleaseTime", _in_a_zone(publication.embargo)),
        ("ExpirationDate", "ExpirationTime", _in_a_zone(publication.expires)),
    )
    for date, time, moment in stamps:
        if moment is not None:
            written[f"Iptc.Application2.{date}"] = moment.day.isoformat()
            if moment.time is not None and (zone := offset(moment)):
                written[f"Iptc.Application2.{time}"] = moment.time.isoformat("seconds") + zone
    return written


def _in_a_zone(moment: Moment | None) -> Moment | None:
    return moment and replace(moment, zone=moment.zone or "UTC")


def truncated(publication: Publication) -> tuple[str, ...]:
    """What IIM's limits cut, one sentence each: the field, its bytes before and after, and what is left."""
    told = []
    for _, label, limit, texts in _fields(writable(publication)):
        for text in texts:
            kept = _cut(text, limit)
            if kept != text:
                before, after = len(text.encode()), len(kept.encode())
                told.append(f"IIM's {label} was cut from {before} to {after} bytes: {kept!r}")
    return tuple(told)


def _fields(publication: Publication) -> Iterator[tuple[str, str, int, tuple[str, ...]]]:
    """Exiv2's name of each text field, what people call it, its limit in bytes, and its texts."""
    language = publication.language.partition("-")[0]
    fields: tuple[tuple[str, str, int, str | tuple[str, ...]], ...] = (
        ("Caption", "caption", 2000, publication.caption),
        ("Headline", "headline", 256, publication.headline),
        ("ObjectName", "title", 64, publication.story),
        ("TransmissionReference", "job id", 32, publication.job),
        ("Byline", "creator", 32, publication.creator),
        ("BylineTitle", "creator's job title", 32, publication.creator_title),
        ("Writer", "caption writer", 32, publication.caption_writer),
        ("Credit", "credit line", 32, publication.credit),
        ("Source", "source", 32, publication.source),
        ("Copyright", "copyright notice", 128, publication.rights),
        ("SpecialInstructions", "instructions", 256, publication.handling),
        ("SubLocation", "place", 32, publication.place),
        ("City", "city", 32, publication.city),
        ("ProvinceState", "state", 32, publication.state),
        ("CountryName", "country", 64, publication.country),
        ("CountryCode", "country code", 3, publication.country_code),
        ("Keywords", "keyword", 64, publication.keyword),
        ("Language", "language", 3, language),
    )
    for name, label, limit, said in fields:
        texts = (said,) if isinstance(said, str) else said
        yield name, label, limit, tuple(filter(None, texts))


def _cut(text: str, limit: int) -> str:
    """The text within so many bytes of UTF-8, cut between characters."""
    return text.encode()[:limit].decode(errors="ignore").rstrip()


def _texts(packet: bytes) -> dict[int, list[str]]:
    """The texts of record 2 by dataset."""
    encoding = "utf-8"
    raw: dict[int, list[bytes]] = {}
    for number, (record, dataset, value) in enumerate(_datasets(packet)):
        if number == _MOST_DATASETS:
            break
        if (record, dataset) == _CHARACTER_SET:
            encoding = "utf-8" if value == _UTF_8 else "latin-1"
        elif record == 2:
            raw.setdefault(dataset, []).append(value)
    return {dataset: [decoded(value, encoding) for value in values] for dataset, values in raw.items()}


def _datasets(packet: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Record, dataset and value of each dataset, up to the first that is malformed."""
    at = 0
    while at + 5 <= len(packet) and packet[at] == _MARK:
        record, dataset = packet[at + 1], packet[at + 2]
        size = int.from_bytes(packet[at + 3 : at + 5])
        at += 5
        if size & 0x8000:
            wide = size & 0x7FFF
            size = int.from_bytes(packet[at : at + wide])
            at += wide
        if at + size > len(packet):
            return
        yield record, dataset, packet[at : at + size]
        at += size


def _first(texts: Texts, dataset: int) -> str | None:
    return next(filter(None, map(tidy, texts.get(dataset, ()))), None)


def _moment(texts: Texts, date: int, time: int) -> Moment | None:
    day, clock = _first(texts, date), _first(texts, time)
    return (read_stamp(f"{day}T{clock}") if clock else None) or read_stamp(day or "")
