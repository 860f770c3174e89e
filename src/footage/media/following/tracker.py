"""Following one target, a frame at a time, from where it was drawn, and knowing when it is lost."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from footage.media.following.flow import flow, shared_motion
from footage.media.following.key import Key
from footage.media.following.outlines import Outline, Similarity
from footage.media.following.patch import PLAIN, Fit, View, Which
from footage.media.following.search import alike

_WITHIN = 1.5
_SURE, _FAIR, _LOST = 0.8, 0.5, 0.3
_FOUND_AGAIN = 0.6
_OTHER_GROUP, _CLEARLY = 0.25, 0.15
_CHANGED, _FLOWING, _STRUCK = 0.7, 0.7, 0.4
_WHOLE = 0.98
_FAINT_NEEDS = 3.0
_LINK_ERROR = 0.004
_STRETCH_EVERY = 4
_LOOK_BACK_EVERY, _SOON = 8, 2
_ALL_FITS, _PARTED, _CLEARLY_PARTED, _MOVED_ON = 0.9, 0.04, 0.15, 0.75
_MOST_RESIZED = 1.25

_SCALES = (1.0, 0.88, 1.14, 0.76, 1.3)
_NEAR = 0.5
_REACH, _REACH_GROWS, _FARTHEST = 1.0, 0.06, 4.0
_PACE_KEPT, _AHEAD = 0.3, 50
_TWIN_APART, _TWIN_NEAR, _TWIN_ALIKE, _TWIN_LESS = 0.3, 0.85, 0.75, 0.15
_TWINS_EVERY = 2


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a target is on a frame.

    Attributes:
        outline: in pixels of the pictures looked at.
        confidence: how much of it is recognised, 0 to 1.
        error: how far the outline may be off, in pixels.
        slack: how much wider it has to be, in pixels, because the target seems to be stretched.
        lost: since how many frames it has not been found; 0 where it is.
    """

    outline: Outline
    confidence: float
    error: float
    slack: float = 0.0
    lost: int = 0


class Tracker:
    """Follows one target; the frames may come in either order of time.

    Every place is found by laying a *key* onto the frame: the target as it was drawn, or as it was on a later
    frame when it had come to look different. So errors add up with the keys, not with the frames.

    Args:
        view: the frame on which the target was drawn.
    """

    def __init__(self, view: View, outline: Outline) -> None:
        self._drawn = self._key = Key(view, outline)
        self._base = Similarity()
        self._motion = self._before = Similarity()
        self._view = view
        self._last: Fit | None = None
        self._light = PLAIN
        self._struck: Which = np.zeros(1, bool)
        self._steps = self._lost = 0
        self._error = self._slack = self._stretch = 0.0
        self._flowing = 0.0
        self._pace = 0j
        self._unsure = self._parted = False

    def step(self, view: View) -> Sighting:
        """Find the target on the next frame."""
        self._steps += 1
        found = self._search(view) if self._lost else self._follow(view)
        if found is not None:
            found = self._told_from_background(view, found)
        self._view = view
        if found is None:
            self._lost += 1
            self._before, self._last = self._motion, None
            return Sighting(self._motion(self._key.outline), 0.0, self._error, lost=self._lost)
        self._go_on_to(found)
        if self._steps % _STRETCH_EVERY == 1:
            self._measure_stretch(view, found.motion)
        if self._steps % _TWINS_EVERY == 0:
            self._beware_of_twins(view, found)
        sighting = self._sighting(found)
        self._renew_key(view, found)
        return sighting

    def _go_on_to(self, found: Fit) -> None:
        """Take a fit for the place of the target."""
        if not self._lost:
            way = found.motion.at(self._key.centre) - self._motion.at(self._key.centre)
            self._pace += (way - self._pace) * _PACE_KEPT
        self._before = found.motion if self._lost else self._motion
        self._motion, self._light, self._lost = found.motion, found.light, 0
        self._error = found.error + self._key.error

    def _sighting(self, found: Fit) -> Sighting:
        # Of a faint target the pixels alone tell little: its points have to move with it.
        believed = min(1.0, _FAINT_NEEDS * self._flowing) if self._key.patch.faint else 1.0
        confidence = 0.0 if self._unsure else min(found.share, believed)
        slack = self._slack + self._key.slack
        return Sighting(found.motion(self._key.outline), confidence, self._error, slack)

    def _measure_stretch(self, view: View, motion: Similarity) -> None:
        """Widen by as much as the target is stretched; of two measures in a row the smaller is believed."""
        stretch = self._key.stretch(view, motion)
        if stretch is not None:
            stretch *= abs(motion.turn)
            self._slack, self._stretch = min(self._stretch, stretch), stretch

    def _follow(self, view: View) -> Fit | None:
        """The target near where it was."""
        steady = self._motion.after(self._before.inverse()).after(self._motion)
        motions, self._flowing = self._flow(view)
        best = self._best(view, [*motions, steady])
        if best is None or best.share < _FAIR:
            near = [place for _, place in alike(view, self._key, self._motion, _NEAR)]
            other = self._best(view, near)
            if other is not None and (best is None or other.share > max(_LOST, best.share + _CLEARLY)):
                best = other
        return best if best is not None and best.share >= _LOST and self._sane(best) else None

    def _flow(self, view: View) -> tuple[list[Similarity], float]:
        """The motions that the key's points follow, heaviest first, and the share of points in the first."""
        points, weights = self._key.points, self._key.point_weights
        there, good = flow(self._view.luma, view.luma, self._motion(points))
        total = float(weights.sum())
        motions: list[Similarity] = []
        shares = [0.0]
        while good.any() and len(motions) < 2:
            at = np.flatnonzero(good)
            motion, inside = shared_motion(points[at], there[at], weights[at], _WITHIN, self._motion.turn)
            share = float(weights[at[inside]].sum()) / total
            if motions and share < _OTHER_GROUP:
                break
            motions.append(motion)
            shares.append(share)
            good[at[inside]] = False
        return motions, max(shares)

    def _beware_of_twins(self, view: View, found: Fit) -> None:
        """Remember where another like the target comes so near that it may be taken for it."""
        patch = self._key.patch
        for likeness, motion in alike(view, self._key, self._motion, _TWIN_NEAR):
            if likeness >= _TWIN_ALIKE and self._apart(motion) > _TWIN_APART:
                twin = patch.fit(view, motion, self._light)
                same = twin.share >= max(_FOUND_AGAIN, found.share - _TWIN_LESS)
                self._unsure |= same and self._apart(twin.motion) > _TWIN_APART

    def _told_from_background(self, view: View, found: Fit) -> Fit:
        """The fit without the background that lies within the outline, where the two move differently.

        Where most of what was drawn is background, that is what is found at first. It moves as the
        surroundings do, and the rest of what was drawn is found elsewhere; what an occluder hides is not.
        """
        key = self._key
        regular = self._steps % (_LOOK_BACK_EVERY if found.share > _SURE else _SOON) == 0
        if not regular and (self._parted or found.share > _ALL_FITS):
            return found
        behind = key.behind(view)
        if behind is None:
            return found
        if not self._parted and self._moved_on(other := self._elsewhere(view, found), found, behind):
            found = other
        away = self._away(behind, found.motion)
        self._parted |= away > _CLEARLY_PARTED
        if away > _PARTED:
            key.patch.leave_behind(view, behind, found.motion, found.light)
        return found

    def _elsewhere(self, view: View, found: Fit) -> Fit:
        """The fit where a part of the key has gone that is not where it was found; the same if none has."""
        motion = self._key.left_by(view, found.motion)
        return found if motion is None else self._key.patch.fit(view, motion, found.light)

    def _moved_on(self, other: Fit, found: Fit, behind: Similarity) -> bool:
        """Whether another fit is the target's, and the one that was found first (also) the background's."""
        if other is found or other.share < _OTHER_GROUP or self._away(other.motion, behind) < _PARTED / 2:
            return False
        patch = self._key.patch
        missing = patch.share_of(~patch.misfits(other), patch.misfits(found)) >= _MOVED_ON
        return other.share > found.share or (missing and self._away(behind, found.motion) <= _PARTED)

    def _away(self, one: Similarity, other: Similarity) -> float:
        """How far two motions of the key bring its centre apart, in shares of its size."""
        return abs(one.at(self._key.centre) - other.at(self._key.centre)) / self._key.extent

    def _apart(self, motion: Similarity) -> float:
        """How far another motion brings the target from where it is, in shares of its size now."""
        return self._away(motion, self._motion) / abs(self._motion.turn)

    def _best(self, view: View, motions: Iterable[Similarity]) -> Fit | None:
        """The best fit of a key near several motions; the first that is good enough is taken."""
        best: Fit | None = None
        for motion in motions:
            fit = self._key.patch.fit(view, motion, self._light)
            if best is None or fit.share > best.share:
                best = fit
            if best.share >= _SURE:
                break
        return best

    def _sane(self, fit: Fit) -> bool:
        resized = abs(fit.motion.turn / self._motion.turn)
        return 1 / _MOST_RESIZED < resized < _MOST_RESIZED

    def _renew_key(self, view: View, fit: Fit) -> None:
        """Take the drawn key again where it fits; take a new one where the target has come to look different.

        What covers a target changes its pixels all at once, one after the other; what turns or is lit
        differently changes slowly. Only the latter gets a new key, or the occluder would be followed.
        """
        if self._key is not self._drawn and self._steps % _LOOK_BACK_EVERY == 0:
            back = self._drawn.patch.fit(view, fit.motion.after(self._base), PLAIN)
            if back.share >= _SURE:
                self._take(self._drawn, back, Similarity())
                return
        if fit.seen < _WHOLE:
            self._last = None
            return
        key = self._key
        misfits = key.patch.misfits(fit)
        struck = misfits if self._last is None else self._struck | key.patch.changes(self._last, fit)
        self._struck, self._last = struck & misfits, fit
        changed = fit.share < _CHANGED and self._flowing > _FLOWING
        if changed and key.patch.share_of(self._struck, misfits) < _STRUCK:
            error = self._error + _LINK_ERROR * key.extent
            new = Key(view, fit.motion(key.outline), error, self._slack + key.slack)
            self._take(new, replace(fit, motion=Similarity(), light=PLAIN), fit.motion.after(self._base))

    def _take(self, key: Key, fit: Fit, base: Similarity) -> None:
        """Go on from another key, which lies on the frame as the fit says."""
        self._key, self._base = key, base
        self._motion = self._before = fit.motion
        self._light, self._last = fit.light, None
        self._slack = self._stretch = 0.0

    def _search(self, view: View) -> Fit | None:
        """The target anywhere around where it was seen last; the farther, the longer it has been lost."""
        reach = min(_FARTHEST, _REACH + _REACH_GROWS * self._lost)
        ahead = self._pace * min(self._lost, _AHEAD)
        for key in dict.fromkeys((self._key, self._drawn)):
            base = self._motion if key is self._key else self._motion.after(self._base)
            places = alike(view, key, base, reach, _SCALES, ahead)
            fits = [key.patch.fit(view, motion, self._light) for _, motion in places]
            fits.sort(key=lambda fit: -fit.share)
            if fits and fits[0].share >= _FOUND_AGAIN:
                self._unsure = self._unsure or _twins(key, fits)
                if key is not self._key:
                    self._take(key, fits[0], Similarity())
                return fits[0]
        return None


def _twins(key: Key, fits: list[Fit]) -> bool:
    """Whether two places look like the target nearly alike."""
    first = fits[0]
    apart = _TWIN_APART * key.extent * abs(first.motion.turn)
    return any(
        fit.share > first.share - _TWIN_LESS
        and abs(fit.motion.at(key.centre) - first.motion.at(key.centre)) > apart
        for fit in fits[1:]
    )
