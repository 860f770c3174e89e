"""Numbers as prose writes them."""


def ordinal(number: int) -> str:
    """A number's place in a row, in digits.

    >>> [ordinal(number) for number in (1, 2, 3, 4, 11, 112, 23, 394)]
    ['1st', '2nd', '3rd', '4th', '11th', '112th', '23rd', '394th']
    """
    teens = number % 100 in (11, 12, 13)
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
