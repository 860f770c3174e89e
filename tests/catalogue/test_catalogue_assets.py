"""Assets and what hangs on them: kept as they were, and changed by one person at a time."""

import dataclasses
from collections.abc import Callable
from fractions import Fraction

import pytest
from sqlalchemy import Connection

from footage.catalogue import assets, flags, frames, renditions, shots
from footage.errors import Conflict, Damaged, NotFound
from footage.model.asset import Asset, Kind, Purpose, Rendition, Shot, Stream, Transition
from footage.model.flag import Flag, Reason, State, Treatment
from footage.model.geometry import Pose, Region, Shape, polygon_pose
from footage.model.span import FrameIndex, Span

MakeAsset = Callable[..., Asset]

STREAMS = (
    Stream(
        index=0,
        kind="video",
        codec="hevc",
        profile="Main 10",
        language="ukr",
        width=1440,
        height=1080,
        sample_aspect=Fraction(4, 3),
        rotation=270,
        mirrored=True,
        pixel_format="yuv420p10le",
        full_range=True,
        colour="bt2020",
        frame_rate=Fraction(30000, 1001),
    ),
    Stream(index=3, kind="audio", codec="aac", channels=2, sample_rate=48000),
)


def test_an_asset_reads_back_as_it_was(connection: Connection, an_asset: MakeAsset) -> None:
    first = assets.add(connection, an_asset())
    full = an_asset(
        streams=STREAMS,
        time_base=Fraction(1001, 30000),
        start=-12,
        end=2**40,
        damaged="breaks off at 0:04",
        grabbed_from=first.number,
        grabbed_at=2**35,
    )
    added = assets.add(connection, full)
    assert added == dataclasses.replace(full, number=2)
    assert assets.get(connection, 2) == added
    assert assets.grabs_of(connection, 1) == [added]
    assert list(assets.everything(connection)) == [first, added]


@pytest.mark.parametrize(
    "name",
    ["caf\udce9 \udcff.mp4", "back\\slash\\udce9.mp4", "%03d;movie=x.mp4", "new\nline\t\x00.mp4", "\\"],
)
def test_a_name_of_any_bytes_survives(connection: Connection, an_asset: MakeAsset, name: str) -> None:
    added = assets.add(connection, an_asset(name=name))
    assert assets.get(connection, added.number).name == name
    assert assets.get(connection, added.number).path == f"/cards/{name}"
    assert assets.by_name(connection, name) == [added]


def test_a_name_is_written_so_that_a_person_can_read_it(connection: Connection, an_asset: MakeAsset) -> None:
    assets.add(connection, an_asset(name="Бахмут caf\udce9.mp4"))
    stored = connection.exec_driver_sql("SELECT name FROM asset").scalar()
    assert stored == "Бахмут caf\\udce9.mp4"


def test_a_name_that_another_system_wrote_in_parts_is_found(
    connection: Connection, an_asset: MakeAsset
) -> None:
    added = assets.add(connection, an_asset(name="и\u0306од.mp4"))
    assert assets.by_name(connection, "йод.mp4") == [added]


def test_the_same_bytes_are_catalogued_once(connection: Connection, an_asset: MakeAsset) -> None:
    added = assets.add(connection, an_asset())
    with pytest.raises(Conflict, match="as asset 1"):
        assets.add(connection, added)
    assert assets.by_exact_sha(connection, added.sha256) == added
    assert assets.by_exact_sha(connection, "0" * 64) is None


def test_a_start_of_a_sha_finds_all_that_begin_so(connection: Connection, an_asset: MakeAsset) -> None:
    one = assets.add(connection, an_asset(sha256="abcdef" + "0" * 58))
    two = assets.add(connection, an_asset(sha256="abcdef" + "f" * 58))
    assets.add(connection, an_asset(sha256="abcdf0" + "0" * 58))
    assert assets.by_sha(connection, "ABCDEF") == [one, two]
    assert assets.by_sha(connection, one.sha256) == [one]


@pytest.mark.parametrize("number", [0, -1, 2, 10**30])
def test_an_unknown_number_is_not_found(connection: Connection, an_asset: MakeAsset, number: int) -> None:
    assets.add(connection, an_asset())
    with pytest.raises(NotFound, match=f"no asset {number}") as caught:
        assets.get(connection, number)
    assert caught.value.hint == "the newest asset is 1"


def test_several_come_in_the_order_asked_for(connection: Connection, an_asset: MakeAsset) -> None:
    for _ in range(520):
        assets.add(connection, an_asset(streams=()))
    wanted = [520, 1, 9999, 510]
    assert list(assets.of_numbers(connection, wanted)) == [520, 1, 510]
    assert len(assets.of_numbers(connection, range(1, 521))) == 520
    assert assets.count(connection) == 520


def test_newest_first_page_by_page(connection: Connection, an_asset: MakeAsset) -> None:
    made = [assets.add(connection, an_asset()) for _ in range(5)]
    assets.discard(connection, made[3], "a test")
    page = assets.newest(connection, 2)
    assert [asset.number for asset in page] == [5, 3]
    assert [asset.number for asset in assets.newest(connection, 2, before=3)] == [2, 1]
    assert assets.between(connection, 2, 10**20) == [2, 3, 5]


def test_an_edit_names_the_revision_it_saw(connection: Connection, an_asset: MakeAsset) -> None:
    seen = assets.add(connection, an_asset())
    changed = assets.replace(connection, dataclasses.replace(seen, damaged="torn", streams=STREAMS))
    assert changed.revision == 2
    assert assets.get(connection, seen.number) == changed
    with pytest.raises(Conflict, match="changed by somebody else"):
        assets.replace(connection, dataclasses.replace(seen, damaged="whole"))
    assert assets.get(connection, seen.number) == changed


def test_what_is_discarded_keeps_its_number(connection: Connection, an_asset: MakeAsset) -> None:
    seen = assets.add(connection, an_asset())
    gone = assets.discard(connection, seen, "shows a hospital", purged=True)
    assert (gone.number, gone.discarded, gone.purged) == (seen.number, "shows a hospital", True)
    assert assets.get(connection, seen.number) == gone
    assert assets.add(connection, an_asset()).number == seen.number + 1


def test_near_names_are_told(connection: Connection, an_asset: MakeAsset) -> None:
    for name in ("bakhmut.mp4", "kherson.mov"):
        assets.add(connection, an_asset(name=name))
    assert assets.near_names(connection, "bahmut.mp4") == ["bakhmut.mp4"]


@pytest.mark.parametrize(
    "pts",
    [(0,), (-5, -4, 7), tuple(range(0, 90_000 * 60, 3003)), (0, 2**62)],
    ids=["one frame", "variable", "a minute", "far apart"],
)
def test_frame_times_are_exact(connection: Connection, an_asset: MakeAsset, pts: tuple[int, ...]) -> None:
    number = assets.add(connection, an_asset()).number
    index = FrameIndex(Fraction(1, 90_000), pts, pts[-1] + 3003)
    frames.put(connection, number, FrameIndex(Fraction(1), (1,), 2))
    frames.put(connection, number, index)
    assert frames.get(connection, number) == index


def test_an_even_hour_takes_little_room() -> None:
    assert len(frames.pack(tuple(range(0, 512 * 90_000, 512)))) < 3000


def test_a_still_has_no_frame_times(connection: Connection, an_asset: MakeAsset) -> None:
    number = assets.add(connection, an_asset(kind=Kind.STILL)).number
    with pytest.raises(NotFound, match="no frames"):
        frames.get(connection, number)


def test_broken_frame_times_are_damaged(connection: Connection, an_asset: MakeAsset) -> None:
    number = assets.add(connection, an_asset()).number
    frames.put(connection, number, FrameIndex(Fraction(1, 25), (0, 1, 2), 3))
    connection.exec_driver_sql("UPDATE frame_index SET deltas = x'0011'")
    with pytest.raises(Damaged, match="frame index of asset 1"):
        frames.get(connection, number)


def test_shots_are_replaced_together(connection: Connection, an_asset: MakeAsset) -> None:
    number = assets.add(connection, an_asset()).number
    first = Shot(1, Span(0, 40), Transition.START, 12)
    second = Shot(2, Span(40, 99), Transition.DISSOLVE, 60, "Медики біля мосту")
    shots.replace_all(connection, number, [second, first])
    assert shots.of_asset(connection, number) == [first, second]
    shots.replace_all(connection, number, [first])
    assert shots.of_asset(connection, number) == [first]
    shots.replace_all(connection, number, [])
    assert shots.of_asset(connection, number) == []


def test_a_rendition_takes_the_place_of_the_one_before(connection: Connection, an_asset: MakeAsset) -> None:
    number = assets.add(connection, an_asset()).number
    old = Rendition(number, Purpose.KEYFRAME, 1, "look-1", "a" * 64, ".jpg", 640, 360)
    new = dataclasses.replace(old, recipe="look-2", sha256="b" * 64, proof='{"decodes": ""}')
    other = dataclasses.replace(old, position=2)
    masked = dataclasses.replace(old, purpose=Purpose.MASKED, position=0)
    for rendition in (old, other, masked, new):
        renditions.put(connection, rendition)
    assert renditions.of_asset(connection, number, Purpose.KEYFRAME) == [new, other]
    assert list(renditions.everything(connection)) == [new, other, masked]
    assert renditions.get(connection, number, Purpose.MASKED) == masked
    assert renditions.get(connection, number, Purpose.THUMBNAIL) is None
    assert renditions.by_sha(connection, "a" * 64) == [other, masked]
    renditions.drop(connection, number, Purpose.KEYFRAME, 2)
    assert renditions.of_asset(connection, number) == [new, masked]
    renditions.put(connection, other)
    renditions.drop(connection, number, Purpose.KEYFRAME)
    assert renditions.of_asset(connection, number) == [masked]


def test_a_flag_reads_back_as_it_was(connection: Connection, an_asset: MakeAsset) -> None:
    number = assets.add(connection, an_asset()).number
    full = Flag(
        number=0,
        asset=number,
        span=Span(51_200, 89_600),
        reasons=(Reason.DEATH, Reason.DRUG_USE),
        state=State.MASKED,
        shape=Shape.ELLIPSE,
        poses=(Pose(51_200, Region(0.1, 1 / 3, 0.2, 0.25)), Pose(89_600, Region(0.55, 0.35, 0.2, 0.25))),
        treatment=Treatment.FILL,
        note="ліворуч",
        because="seen",
        mute=True,
        follow=True,
        track=tuple(
            polygon_pose(tick, [(0.1, 1 / 3), (0.3, tick / 100_000), (1.2, -0.1)])
            for tick in range(51_200, 89_600, 512)
        ),
        doubtful=(Span(51_712, 52_224), Span(60_416, 89_600)),
        answered=True,
        looked="c" * 64,
    )
    added = flags.add(connection, full)
    whole = flags.add(
        connection,
        Flag(0, number, None, (Reason.PRIVACY,), State.PROPOSED, poses=(Pose(None, Region(0, 0, 1, 1)),)),
    )
    assert added == dataclasses.replace(full, number=1)
    assert flags.of_asset(connection, number) == [added, whole]
    assert flags.get(connection, 2) == whole
    with pytest.raises(NotFound, match="no flag 3") as caught:
        flags.get(connection, 3)
    assert "newest flag is 2" in caught.value.hint


def test_a_polygon_reads_back_as_it_was(connection: Connection, an_asset: MakeAsset) -> None:
    number = assets.add(connection, an_asset()).number
    pose = polygon_pose(None, [(0.1, 1 / 3), (0.3, 0.7), (0.2, 0.1)])
    added = flags.add(
        connection,
        Flag(0, number, None, (Reason.PRIVACY,), State.OPEN, shape=Shape.POLYGON, poses=(pose,)),
    )
    assert flags.get(connection, added.number).poses == (pose,)


def test_a_broken_track_is_told(connection: Connection, an_asset: MakeAsset) -> None:
    number = assets.add(connection, an_asset()).number
    track = (polygon_pose(0, [(0, 0), (1, 0), (0, 1)]),)
    flags.add(connection, Flag(0, number, Span(0, 1), (Reason.DEATH,), State.OPEN, follow=True, track=track))
    connection.exec_driver_sql("UPDATE flag SET track = x'00ff'")
    with pytest.raises(Damaged, match="where flag 1 lies is broken"):
        flags.get(connection, 1)


def test_a_flags_edit_names_the_revision_it_saw(connection: Connection, an_asset: MakeAsset) -> None:
    number = assets.add(connection, an_asset()).number
    seen = flags.add(connection, Flag(0, number, None, (Reason.DEATH,), State.OPEN))
    changed = flags.replace(connection, dataclasses.replace(seen, state=State.MASKED))
    assert flags.get(connection, seen.number) == changed
    with pytest.raises(Conflict, match="flag 1 was changed"):
        flags.replace(connection, dataclasses.replace(seen, state=State.DISMISSED))
    assert flags.get(connection, seen.number) == changed


def test_flags_are_listed_by_state_without_what_is_discarded(
    connection: Connection, an_asset: MakeAsset
) -> None:
    kept, gone = (assets.add(connection, an_asset()) for _ in range(2))
    states = (State.OPEN, State.PROPOSED, State.MASKED)
    wanted = [flags.add(connection, Flag(0, kept.number, None, (Reason.DEATH,), state)) for state in states]
    flags.add(connection, Flag(0, gone.number, None, (Reason.DEATH,), State.OPEN))
    assets.discard(connection, gone, "a test")
    assert flags.in_states(connection, [State.OPEN, State.PROPOSED]) == wanted[:2]
    assert flags.in_states(connection, list(State)) == wanted
    assert len(flags.of_assets(connection, [kept.number, gone.number])[gone.number]) == 1
