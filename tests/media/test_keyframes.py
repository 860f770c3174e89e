"""Which of the frames that pass by stands for a shot, and how few are held on to."""

from av.video.frame import VideoFrame

from footage.media.keyframes import LONGEST, Candidate, KeyframeChooser, worth
from footage.media.shots import Boundary
from footage.model.asset import Transition

SMALL = VideoFrame(64, 36, "yuv420p")


def offer(chooser: KeyframeChooser, number: int, value: float = 1.0, *, fit: bool = True) -> None:
    chooser.offer(Candidate(number, SMALL, value * (1 if fit else 0.001), 0.2, fit), fresh=False)


def chosen(chooser: KeyframeChooser, first: int, end: int, *transitions: Boundary) -> int:
    return chooser.choose(first, end, transitions).number


def held(chooser: KeyframeChooser) -> list[int]:
    return [each.number for each in chooser._held]


class Test_choice:
    def test_the_middle_among_equals(self) -> None:
        chooser = KeyframeChooser()
        for number in range(101):
            offer(chooser, number)
        assert abs(chosen(chooser, 0, 101) - 50) <= 2

    def test_the_sharpest_and_stillest_wherever_it_is(self) -> None:
        chooser = KeyframeChooser()
        for number in range(60):
            still = 0.001 if number == 10 else 0.1
            offer(chooser, number, worth(200.0, still, fit=True))
        assert chosen(chooser, 0, 60) == 10

    def test_not_within_a_transition(self) -> None:
        chooser = KeyframeChooser()
        for number in range(40):
            offer(chooser, number, 3.0 if number >= 30 else 1.0)
        dissolve = Boundary(36, Transition.DISSOLVE, 29, 43)
        assert chosen(chooser, 0, 36, dissolve) < 29

    def test_broken_and_black_frames_only_for_want_of_others(self) -> None:
        chooser = KeyframeChooser()
        for number in range(40):
            offer(chooser, number, 50.0 if number != 31 else 1.0, fit=number == 31)
        assert chosen(chooser, 0, 40) == 31
        assert worth(500.0, 0.0, fit=False) < worth(5.0, 0.0, fit=True)
        for number in range(40, 50):
            offer(chooser, number, fit=False)
        assert 40 <= chosen(chooser, 40, 50) < 50

    def test_each_of_two_shots_its_own(self) -> None:
        chooser = KeyframeChooser()
        for number in range(40):
            chooser.offer(Candidate(number, SMALL, 1.0, 0.2, fit=True), fresh=number == 22)
        assert 0 <= chosen(chooser, 0, 22) < 22
        assert min(held(chooser)) >= 22
        assert 22 <= chosen(chooser, 22, 40) < 40


class Test_what_is_held:
    def test_a_handful_of_a_long_shot(self) -> None:
        chooser = KeyframeChooser()
        for number in range(5000):
            offer(chooser, number, 9.0 if number == 1234 else 1.0)
            chooser.thin(0, number - 64)
            assert len(held(chooser)) <= 6 + 64 // 4 + 1
        assert 1234 in held(chooser)
        spread = [number for number in held(chooser) if number < 4900]
        assert spread[0] < 1234
        assert spread[-1] > 3500

    def test_one_of_a_long_black(self) -> None:
        chooser = KeyframeChooser()
        for number in range(5000):
            offer(chooser, number, fit=False)
        assert len(held(chooser)) == 1

    def test_large_frames_become_smaller(self) -> None:
        chooser = KeyframeChooser()
        large = VideoFrame(3840, 2160, "yuv420p10le")
        for number in range(12):
            chooser.offer(Candidate(number, large, 1.0, 0.2, fit=True), fresh=False)
        sizes = [(each.frame.width, each.frame.height, each.frame.format.name) for each in chooser._held]
        assert sizes == [(LONGEST, 720, "yuv420p10le")] * len(sizes)
        assert sizes
