"""The chart of the README: for each workload how many times longer the peers take, as bars on a
logarithmic scale whose middle is Covector."""

import html
import math

COLOURS = {"jax": "#4c78a8", "torch": "#e4572e", "mlx": "#8a8a8a"}
LABEL, WIDTH, ROW, BAR, TOP = 170, 560, 22, 5, 46


def svg(rows):
    low, high = 0.25, 64.0

    def x(ratio):
        share = (math.log(ratio) - math.log(low)) / (math.log(high) - math.log(low))
        return LABEL + WIDTH * min(max(share, 0), 1)

    height = TOP + ROW * len(rows) + 14
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LABEL + WIDTH + 20}" height="{height}" '
        f'font-family="sans-serif" font-size="11">',
        f'<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text x="{LABEL}" y="14" font-weight="bold">Time relative to Covector (logarithmic; '
        "right of 1: Covector is faster)</text>",
    ]
    for place, (peer, colour) in enumerate(COLOURS.items()):
        parts.append(f'<rect x="{LABEL + 90 * place}" y="20" width="10" height="8" fill="{colour}"/>')
        parts.append(f'<text x="{LABEL + 14 + 90 * place}" y="28">{peer}</text>')
    ratio = low
    while ratio <= high:
        at = x(ratio)
        width = 1.5 if ratio == 1 else 0.5
        parts.append(
            f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP - 4}" y2="{height - 10}" stroke="#bbbbbb" '
            f'stroke-width="{width}"/>')
        parts.append(f'<text x="{at:.1f}" y="{TOP - 6}" text-anchor="middle" fill="#666666">{ratio:g}×</text>')
        ratio *= 2
    for place, row in enumerate(rows):
        y = TOP + ROW * place
        parts.append(
            f'<text x="{LABEL - 8}" y="{y + 13}" text-anchor="end">{html.escape(row["name"])}</text>')
        for number, (peer, colour) in enumerate(COLOURS.items()):
            time = row.get(f"{peer}_us")
            if not time:
                continue
            start, end = sorted((x(1), x(time / row["covector_us"])))
            parts.append(
                f'<rect x="{start:.1f}" y="{y + 2 + number * (BAR + 1)}" width="{max(end - start, 0.5):.1f}" '
                f'height="{BAR}" fill="{colour}"/>')
    return "\n".join(parts) + "\n</svg>\n"
