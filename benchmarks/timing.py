"""Time what a call costs, and show tables."""

import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table


def best_ms(call: Callable[[], Any], seconds: float = 1.0, least: int = 3) -> float:
    """Return the least time of a call in milliseconds, of as many as fit into `seconds`.

    The least is what the work costs; everything above it is the machine doing something else.
    """
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < least or time.perf_counter() < end:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)


def show(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """Print a table."""
    table = Table(title=title, title_justify="left")
    for i, column in enumerate(columns):
        table.add_column(column, justify="left" if i == 0 else "right")
    for row in rows:
        table.add_row(*row)
    Console(width=120).print(table)
