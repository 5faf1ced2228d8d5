"""Lines that break off and go on, and bits of line that are none."""

from itertools import pairwise

from ingestion.parsers._drawing.canvas import Canvas
from ingestion.parsers._drawing.model import Box, Near, Point, bounds, distance, grown, inside, length
from ingestion.parsers._drawing.network import Edge, Network


def bridge(network: Network, canvas: Canvas) -> None:
    """Lines that break off and go on straight ahead are one, where something explains the gap: a line that passes
    through it, or the line's own number."""
    unit = canvas.unit
    free = network.free()
    lines = Near([bounds(edge.path) for edge in network.edges], 4 * unit)
    texts = [text.box for text in canvas.drawing.texts]
    spots = Near([(*network.points[node], *network.points[node]) for node in free], 8 * unit)
    taken: set[int] = set()
    pairs = []
    for one in free:
        for other in (
            free[place] for place in spots.at(grown((*network.points[one], *network.points[one]), 16 * unit))
        ):
            far = distance(network.points[one], network.points[other])
            if one < other and far <= 16 * unit and _ahead(network, one, other) and _ahead(network, other, one):
                pairs.append((far, one, other))
    for far, one, other in sorted(pairs):
        if one in taken or other in taken:
            continue
        a, b = network.points[one], network.points[other]
        crossed = far <= 3.5 * unit and any(
            _crosses(network.edges[number].path, a, b) for number in lines.at(grown(bounds((a, b)), unit))
        )
        at = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
        written = any(inside(at, grown(box, 0.3 * unit)) and _fills(box, far) for box in texts)
        if crossed or written:
            taken |= {one, other}
            network.add(Edge(one, other, (a, b), network.edges[network.at[one][0]].dashed, ""))


def prune(network: Network, most: float) -> None:
    """Less spurs: short bits that stand on a line and end at nothing, as flanges, ticks and hatching do."""
    for node in network.free():
        number = network.at[node][0]
        edge = network.edges[number]
        other = edge.other(node)
        if len(network.at[other]) >= 3 and other not in network.symbol and length(edge.path) <= most:
            network.at[node].remove(number)
            network.at[other].remove(number)
            network.gone.add(number)


def _ahead(network: Network, node: int, other: int) -> bool:
    """Whether a node lies straight ahead where the line of another ends."""
    edge = network.edges[network.at[node][0]]
    path = edge.path if edge.b == node else edge.path[::-1]
    before, end, to = path[-2], path[-1], network.points[other]
    far, long = distance(end, to), distance(before, end) or 1.0
    if not far:
        return False
    cos = ((end[0] - before[0]) * (to[0] - end[0]) + (end[1] - before[1]) * (to[1] - end[1])) / (long * far)
    return cos > 0.995


def _crosses(path: tuple[Point, ...], a: Point, b: Point) -> bool:
    """Whether a line passes through the gap a-b, not along it."""
    for c, d in pairwise(path):
        side_c, side_d = _side(a, b, c), _side(a, b, d)
        if side_c * side_d < 0 and _side(c, d, a) * _side(c, d, b) < 0:
            return True
    return False


def _side(a: Point, b: Point, point: Point) -> float:
    return (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])


def _fills(box: Box, far: float) -> bool:
    return max(box[2] - box[0], box[3] - box[1]) >= 0.5 * far
