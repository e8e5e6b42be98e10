"""Tables in Markdown, ready for a README."""

from rich import box
from rich.table import Table


def new_table(name: str, *numbers: str) -> Table:
    """One that has only its heads: of a column of names, and of columns of numbers."""
    table = Table(box=box.MARKDOWN)
    table.add_column(name, no_wrap=True)
    for number in numbers:
        table.add_column(number, justify="right", no_wrap=True)
    return table


def milliseconds(time: float) -> str:
    """Three digits, never with an exponent."""
    return f"{time:,.0f}" if time >= 100 else f"{time:.3g}"


def times(ratio: float | None) -> str:
    """How many times; two digits at least."""
    if ratio is None:
        return ""
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"
