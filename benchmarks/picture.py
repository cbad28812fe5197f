"""Pictures of figures, as SVG that needs nothing but a browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log10
from re import sub
from statistics import median

from benchmarks.result import Result

WIDTH, ROW, LEFT, RIGHT, TOP = 760, 34, 250, 110, 64
_WIDE = 440
_INK, _GREY, _OURS, _THEIRS = "#1f2933", "#cbd2d9", "#1f6feb", "#9aa5b1"
_COLOURS = (_OURS, "#d97706", "#059669", "#b91c1c", "#6d28d9")


@dataclass(frozen=True, slots=True)
class Bars:
    """One bar per contender: the median of its rounds, and a line from the lowest to the highest."""

    name: str
    title: str
    unit: str
    samples: Mapping[str, Sequence[float]]
    ours: str
    left: int = LEFT

    def svg(self) -> str:
        left, height = self.left, TOP + ROW * len(self.samples) + 36
        top = max(max(values) for values in self.samples.values()) or 1.0
        scale = (WIDTH - left - RIGHT) / top
        parts = [_text(16, 28, self.title, 16, weight="600"), _text(16, 48, self.unit, 12)]
        for number, (who, values) in enumerate(self.samples.items()):
            y, middle = TOP + number * ROW, median(values)
            colour = _OURS if who == self.ours else _THEIRS
            parts += [
                _text(left - 10, y + 18, who, 12, anchor="end"),
                _box(left, y + 4, middle * scale, ROW - 14, colour),
                _line(left + min(values) * scale, y + 14, left + max(values) * scale, y + 14, _INK),
                _text(left + max(values) * scale + 8, y + 18, _number(middle), 12),
            ]
        parts.append(_text(16, height - 12, "bar: median of the rounds; line: lowest to highest", 11))
        return _page(height, parts)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def overview(figure: str, title: str, results: Sequence[Result]) -> list[Bars]:
    """A figure's results beside what they are compared with, a picture per unit."""
    units = dict.fromkeys(result.unit for result in results)
    made = []
    for unit in units:
        samples: dict[str, list[float]] = {}
        for result in results:
            if result.unit == unit:
                samples[result.name] = [result.value]
                if result.reference is not None:
                    samples[f"{result.name}: beside it"] = [result.reference]
        name = f"{figure}-{sub(r'[^a-z]+', '-', unit.lower())}"
        made.append(Bars(name, title, unit, samples, "", left=_WIDE))
    return made


@dataclass(frozen=True, slots=True)
class Curve:
    """Lines over a common axis from 0 upwards; `x` may be drawn by its logarithm."""

    name: str
    title: str
    x: str
    y: str
    lines: Mapping[str, Sequence[tuple[float, float]]]
    logarithmic: bool = False

    def svg(self) -> str:
        height, bottom, left, right = 400, 340, 80, WIDTH - 30
        points = [point for line in self.lines.values() for point in line]
        low, high = self._place(min(x for x, _ in points)), self._place(max(x for x, _ in points))
        top = max(y for _, y in points) * 1.15 or 1.0
        across, up = (right - left) / ((high - low) or 1.0), (bottom - TOP) / top
        parts = [_text(16, 28, self.title, 16, weight="600"), _text(16, 48, self.y, 12)]
        parts += [_line(left, bottom, right, bottom, _INK), _line(left, TOP, left, bottom, _INK)]
        for step in range(5):
            value = top * step / 4
            parts.append(_line(left, bottom - value * up, right, bottom - value * up, _GREY))
            parts.append(_text(left - 8, bottom - value * up + 4, f"{value:,.4g}", 11, anchor="end"))
        for x in sorted({x for x, _ in points}):
            here = left + (self._place(x) - low) * across
            parts.append(_text(here, bottom + 18, f"{x:,.6g}", 11, anchor="middle"))
        for number, (label, line) in enumerate(self.lines.items()):
            colour = _COLOURS[number % len(_COLOURS)]
            places = [(left + (self._place(x) - low) * across, bottom - y * up) for x, y in line]
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
            parts.append(_box(left + 170 * number, height - 24, 10, 10, colour))
            parts.append(_text(left + 170 * number + 16, height - 14, label, 12))
        parts.append(_text(right, bottom + 36, self.x, 12, anchor="end"))
        return _page(height, parts)

    def _place(self, x: float) -> float:
        return log10(x) if self.logarithmic else x


def _page(height: float, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}"'
        f' font-family="system-ui, sans-serif"><rect width="{WIDTH}" height="{height:g}" fill="#ffffff"/>'
    )
    return "\n".join([head, *parts, "</svg>", ""])


def _text(x: float, y: float, what: str, size: int, *, anchor: str = "start", weight: str = "400") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{_INK}" text-anchor="{anchor}"'
        f' font-weight="{weight}">{escape(what)}</text>'
    )


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'
