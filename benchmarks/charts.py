"""Charts as SVG, drawn by hand: quiet, and readable on light and on dark pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log10
from typing import Literal

WIDTH = 720
STYLE = """
  svg { --words: #1f2328; --quiet: #656d76; --grid: #d0d7de;
    --ours: #0969da; --others: #8c959f; --limit: #c8b6a6; }
  @media (prefers-color-scheme: dark) {
    svg { --words: #e6edf3; --quiet: #8d96a0; --grid: #30363d;
      --ours: #4493f8; --others: #7d8590; --limit: #8a7763; }
  }
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--words); }
  .title { font-size: 15px; font-weight: 600; }
  .quiet { fill: var(--quiet); font-size: 12px; }
  .strong { font-weight: 600; }
  .end { text-anchor: end; } .middle { text-anchor: middle; }
  .grid { stroke: var(--grid); }
  .ours { fill: var(--ours); stroke: var(--ours); }
  .others { fill: var(--others); stroke: var(--others); }
  .limit { fill: var(--limit); stroke: var(--limit); }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
"""
Kind = Literal["ours", "others", "limit"]


@dataclass(frozen=True)
class Bar:
    """One server under one query."""

    label: str
    value: float
    words: str
    kind: Kind


@dataclass(frozen=True)
class Line:
    """One server, with a value for each size."""

    label: str
    points: Mapping[int, float]
    kind: Kind


def bars(title: str, subtitle: str, groups: Mapping[str, Sequence[Bar]]) -> str:
    """Bars from the left, all on one scale, in groups with a heading."""
    left, room, height = 170, WIDTH - 170 - 60, 17
    most = max(bar.value for group in groups.values() for bar in group)
    drawn, y = [], 64
    for heading, group in groups.items():
        drawn.append(_text(16, y + 13, heading, "strong"))
        y += 22
        for bar in group:
            width = max(2.0, bar.value / most * room)
            emphasis = _emphasis(bar.kind)
            drawn += [
                _text(left - 8, y + 12, bar.label, f"end {emphasis}"),
                f'<rect class="{bar.kind}" x="{left}" y="{y + 2}"'
                f' width="{width:.1f}" height="{height - 5}" rx="2"/>',
                _text(left + width + 6, y + 12, bar.words, emphasis),
            ]
            y += height
        y += 12
    return _svg(title, subtitle, drawn, y + 4)


def lines(title: str, subtitle: str, drawn_lines: Sequence[Line], unit: str) -> str:
    """Lines over sizes; both scales are logarithmic, so that what grows alike is parallel."""
    sizes = sorted({size for line in drawn_lines for size in line.points})
    values = [value for line in drawn_lines for value in line.points.values()]
    plot = Plot(min(sizes), max(sizes), _power_below(min(values)), _power_above(max(values)))
    drawn = [*plot.grid(sizes, unit)]
    for line in drawn_lines:
        drawn += plot.line(line)
    return _svg(title, subtitle, drawn, plot.bottom + 44)


@dataclass(frozen=True)
class Plot:
    """Where sizes and values stand on the page."""

    first: float
    last: float
    low: float
    high: float
    left: int = 64
    right: int = WIDTH - 150
    top: int = 90
    bottom: int = 340

    def x(self, size: float) -> float:
        share = log10(size / self.first) / log10(self.last / self.first)
        return self.left + share * (self.right - self.left)

    def y(self, value: float) -> float:
        share = log10(value / self.low) / log10(self.high / self.low)
        return self.bottom - share * (self.bottom - self.top)

    def grid(self, sizes: Sequence[int], unit: str) -> list[str]:
        drawn = [_text(self.left - 8, self.top - 14, unit, "quiet end")]
        value = self.low
        while value <= self.high * 1.01:
            y = self.y(value)
            drawn.append(
                f'<line class="grid" x1="{self.left}" x2="{self.right}" y1="{y:.1f}" y2="{y:.1f}"/>'
            )
            drawn.append(_text(self.left - 8, y + 4, f"{value:,g}", "quiet end"))
            value *= 10
        drawn += [
            _text(self.x(size), self.bottom + 20, f"{size:,}", "quiet middle") for size in sizes
        ]
        return drawn

    def line(self, line: Line) -> list[str]:
        at = [(self.x(size), self.y(value)) for size, value in sorted(line.points.items())]
        way = " L".join(f"{x:.1f} {y:.1f}" for x, y in at)
        dots = [f'<circle class="{line.kind}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in at]
        name = _text(at[-1][0] + 10, at[-1][1] + 4, line.label, _emphasis(line.kind))
        return [f'<path class="{line.kind} line" d="M{way}"/>', *dots, name]


def _power_below(value: float) -> float:
    return float(10 ** int(log10(value) // 1))


def _power_above(value: float) -> float:
    return float(10 ** -int(-log10(value) // 1))


def _emphasis(kind: Kind) -> str:
    return "strong" if kind == "ours" else ""


def _text(x: float, y: float, words: str, classes: str = "") -> str:
    return f'<text class="{classes.strip()}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def _svg(title: str, subtitle: str, drawn: Sequence[str], height: float) -> str:
    head = [_text(16, 26, title, "title"), _text(16, 45, subtitle, "quiet")]
    body = "\n".join([*head, *drawn])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}"'
        f' width="{WIDTH}" height="{height:.0f}" role="img" aria-label="{escape(title)}">\n'
        f"<style>{STYLE}</style>\n{body}\n</svg>\n"
    )
