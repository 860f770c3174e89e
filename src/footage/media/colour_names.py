"""What FFmpeg calls the numbers of ISO/IEC 23091-2 that say how a stream codes its colours."""

_MATRICES = {1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 8: "ycgco", 9: "bt2020nc"}
_MATRICES |= {0: "gbr", 10: "bt2020c", 14: "ictcp"}
_CURVES = {1: "bt709", 4: "bt470m", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 8: "linear", 9: "log100"}
_CURVES |= {10: "log316", 11: "iec61966-2-4", 12: "bt1361e", 13: "iec61966-2-1", 14: "bt2020-10"}
_CURVES |= {15: "bt2020-12", 16: "smpte2084", 17: "smpte428", 18: "arib-std-b67"}
_PRIMARIES = {1: "bt709", 4: "bt470m", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 8: "film", 9: "bt2020"}
_PRIMARIES |= {10: "smpte428", 11: "smpte431", 12: "smpte432", 22: "ebu3213"}


def colour_name(matrix: int, curve: int, primaries: int) -> str:
    """Matrix, transfer characteristic and primaries in FFmpeg's words, one word where all three agree.

    >>> colour_name(1, 1, 1), colour_name(9, 16, 9), colour_name(2, 2, 2)
    ('bt709', 'bt2020nc smpte2084 bt2020', '')
    """
    names = (_MATRICES.get(matrix, ""), _CURVES.get(curve, ""), _PRIMARIES.get(primaries, ""))
    if not any(names):
        return ""
    return names[0] if len(set(names)) == 1 else " ".join(name or "unknown" for name in names)
