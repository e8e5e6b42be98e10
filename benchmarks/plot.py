"""The plot of a run: an operation a row, an engine a mark, on a scale by powers of ten."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from benchmarks.marks import IN_PROCESS, LIMIT_MILLISECONDS, OWN, PlotRow, rows_of
from benchmarks.peers.bench import LIMIT_SECONDS
from benchmarks.peers_report import Beside

_INK, _FAINT, _RULE, _BAND = "#1b2430", "#5b6675", "#d5dae1", "#f4f6f9"
# Colours of Okabe and Ito, which people who see fewer colours tell apart; marks differ, too.
_COLOURS = {
    OWN: "#0f5fbf",
    IN_PROCESS: "#0f5fbf",
    "SQLite": "#3b7a57",
    "DuckDB": "#d99a00",
    "Ladybug": "#d1495b",
    "Oxigraph": "#7b4fa3",
    "RDFLib": "#6f7680",
}
_MARKS = {"SQLite": "s", "DuckDB": "D", "Ladybug": "^", "Oxigraph": "v", "RDFLib": "X"}
_ROW_INCHES = 0.285


def plot(beside: Beside, paths: Sequence[Path]) -> None:
    """Draw it into files, each in the format that its name says."""
    rows = rows_of(beside.operations)
    style: Mapping[str, Any] = {
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],
        "svg.fonttype": "path",
        "svg.hashsalt": "twinhaus",
        "text.color": _INK,
        "axes.edgecolor": _RULE,
        "xtick.color": _FAINT,
    }
    with mpl.rc_context(dict(style)):
        figure = Figure(figsize=(9.4, 1.95 + _ROW_INCHES * len(rows)), facecolor="white", layout="none")
        _draw(figure, rows, beside)
        for path in paths:
            # Without the date, the same figures make the same file.
            metadata = {"Date": None} if path.suffix == ".svg" else {}
            figure.savefig(path, dpi=200, metadata=metadata)


def _draw(figure: Figure, rows: Sequence[PlotRow], beside: Beside) -> None:
    height = float(figure.get_figheight())
    axes = figure.add_axes((0.338, 0.52 / height, 0.645, 1 - (0.52 + 1.42) / height))
    axes.set_xscale("log")
    axes.set_xlim(0.004, LIMIT_MILLISECONDS * 2.2)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    _draw_frame(axes, rows)
    for y, row in enumerate(rows):
        _draw_row(axes, y, row)
    _draw_words(figure, beside, height)
    _draw_legend(figure, beside, height)


def _draw_frame(axes: Any, rows: Sequence[PlotRow]) -> None:
    ticks = {0.01: "0.01 ms", 0.1: "0.1 ms", 1: "1 ms", 10: "10 ms", 100: "100 ms", 1e3: "1 s"}
    axes.set_xticks(list(ticks), labels=list(ticks.values()), fontsize=9.5)
    axes.minorticks_off()
    axes.tick_params(axis="both", length=0)
    axes.tick_params(axis="x", labeltop=True, labelbottom=True)
    axes.set_yticks(range(len(rows)), labels=[row.title for row in rows], fontsize=9.5)
    axes.grid(axis="x", color=_RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for y in range(0, len(rows), 2):
        axes.axhspan(y - 0.5, y + 0.5, color=_BAND, linewidth=0, zorder=0)


def _draw_row(axes: Any, y: int, row: PlotRow) -> None:
    axes.plot([row.floor, row.floor], [y - 0.34, y + 0.34], color=_INK, linewidth=1.6, zorder=2)
    for mark in row.marks:
        colour = _COLOURS[mark.engine]
        if mark.engine == OWN:
            axes.plot(
                mark.milliseconds, y, "o", color=colour, markersize=9, markeredgecolor="white", zorder=6
            )
        elif mark.engine == IN_PROCESS:
            axes.plot(
                mark.milliseconds, y, "o", color="white", markeredgecolor=colour, markeredgewidth=1.8, markersize=7,
                zorder=5,
            )  # fmt: skip
        elif mark.is_over:
            axes.text(
                mark.milliseconds * 1.25, y, ">", color=colour, fontsize=11, fontweight="bold", va="center"
            )
        else:
            axes.plot(
                mark.milliseconds, y, _MARKS[mark.engine], color=colour, markersize=6.5, markeredgecolor="white",
                markeredgewidth=0.6, zorder=4,
            )  # fmt: skip


def _draw_words(figure: Figure, beside: Beside, height: float) -> None:
    figure.text(
        0.018,
        1 - 0.30 / height,
        "A page of 100 twins, by every filter",
        fontsize=15,
        fontweight="bold",
        va="center",
    )
    figure.text(
        0.018,
        1 - 0.60 / height,
        f"{beside.twins:,} twins, {beside.relationships:,} relationships. Medians; further left is faster. twinhaus is "
        "asked over HTTP, all others within a process.",
        fontsize=9.2,
        color=_FAINT,
        va="center",
    )
    figure.text(
        0.98,
        0.14 / height,
        f"{beside.small} “>” took more than {LIMIT_SECONDS} seconds.",
        fontsize=8.5,
        color=_FAINT,
        ha="right",
        va="center",
    )


def _draw_legend(figure: Figure, beside: Beside, height: float) -> None:
    blank: dict[str, Any] = {"linestyle": "none", "markeredgecolor": "white"}
    own = {"markeredgecolor": _COLOURS[IN_PROCESS], "markeredgewidth": 1.8}
    entries = [
        Line2D([], [], marker="o", color=_COLOURS[OWN], markersize=9, label=OWN, **blank),
        Line2D([], [], marker="o", color="white", markersize=7, linestyle="none", label=IN_PROCESS, **own),
        Line2D(
            [],
            [],
            marker="|",
            color=_INK,
            markersize=12,
            markeredgewidth=1.6,
            linestyle="none",
            label="floor",
        ),
        *(
            Line2D([], [], marker=_MARKS[peer], color=_COLOURS[peer], markersize=7, label=peer, **blank)
            for peer in beside.peers
        ),
    ]
    figure.legend(
        handles=entries, loc="center left", bbox_to_anchor=(0.010, 1 - 0.92 / height), ncols=len(entries), fontsize=9,
        frameon=False, handletextpad=0.2, columnspacing=1.0,
    )  # fmt: skip
