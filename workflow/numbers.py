"""Numbers as Vietnamese papers print them: 4.546 and 87,44 %. Integers only, so that no rounding is ever a machine's."""


def integer_vi(number: int) -> str:
    """Return a whole number with a dot between thousands.

    >>> integer_vi(4546), integer_vi(-1234567), integer_vi(571)
    ('4.546', '-1.234.567', '571')
    """
    return f"{number:,}".replace(",", ".")


def percent_units(count: int, base: int, decimals: int) -> int:
    """Return 100·count/base in units of the last printed decimal, rounded half up. Raises ValueError if `base` ≤ 0.

    >>> percent_units(3975, 4546, 2), percent_units(4, 4546, 3)
    (8744, 88)
    """
    if base <= 0:
        raise ValueError("base must be positive")
    scale: int = 100 * 10**decimals
    return (2 * count * scale + base) // (2 * base)


def percent_vi(count: int, base: int, decimals: int = 2) -> str | None:
    """Return the share in percent with a decimal comma; None if there is nothing to divide by.

    A share that is not whole never reads as 100 % or 0 %, however close it comes: it is cut, not rounded, there.

    >>> percent_vi(3975, 4546), percent_vi(3976, 3976), percent_vi(0, 3976), percent_vi(1, 0)
    ('87,44 %', '100 %', '0 %', None)
    >>> percent_vi(99_999, 100_000), percent_vi(1, 100_000), percent_vi(100_001, 100_000)
    ('99,99 %', '0,01 %', '100,01 %')
    """
    if base <= 0:
        return None
    if count in (0, base):
        return "100 %" if count else "0 %"
    return decimal_vi(own_units(count, base, decimals), decimals) + " %"


def own_units(count: int, base: int, decimals: int) -> int:
    """Return a share in units of its last decimal as we print it: half up, but never a whole 100 or 0 where the count differs.

    >>> own_units(99_999, 100_000, 2), own_units(1, 100_000, 2), own_units(5, 5, 0)
    (9999, 1, 100)
    """
    whole: int = 100 * 10**decimals
    units = percent_units(count, base, decimals)
    if units == whole and count != base:
        units += 1 if count > base else -1
    elif units == 0 and count:
        units = 1 if count > 0 else -1
    return units


def decimal_vi(units: int, decimals: int) -> str:
    """Return a number given in units of its last decimal, with a decimal comma.

    >>> decimal_vi(8744, 2), decimal_vi(-5, 1), decimal_vi(95, 0)
    ('87,44', '-0,5', '95')
    """
    sign, units = ("-", -units) if units < 0 else ("", units)
    whole, part = divmod(units, 10**decimals)
    return sign + integer_vi(whole) + (f",{part:0{decimals}d}" if decimals else "")


def read_percent(text: str) -> tuple[int, int]:
    """Return a printed percentage as (units of its last decimal, number of decimals).

    Accepts `87,44`, `87,44%` and `87.44 %`. Raises ValueError, with a sentence, for anything else.

    >>> read_percent("0,088%"), read_percent("100 %")
    ((88, 3), (100, 0))
    """
    whole, mark, part = text.strip().removesuffix("%").strip().replace(".", ",").partition(",")
    if not (whole.isascii() and whole.isdigit()) or (mark and not (part.isascii() and part.isdigit())):
        raise ValueError(f"“{text}” không phải là tỷ lệ phần trăm. Hãy viết như 87,44%.")
    return int(whole + part), len(part)
