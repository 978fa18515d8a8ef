"""The graph as a picture: a box for each cluster, in it the years from left to right, arrows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openccer.policy.timeline import Edge, Graph, Node, Relation
from openccer.reports.policy_svg import (
    Link,
    both,
    clipped,
    heading,
    in_language,
    picture,
    text,
    titled,
    width_of,
    wrapped,
)
from openccer.reports.policy_words import label, said
from openccer.rulebook.model import Title

BOX, TALL, ACROSS, DOWN = 182, 60, 36, 22  # a node, and the room beside and below it
LEFT, TOP, GAP = 16, 84, 16
INSIDE, HEAD = 24, 58  # of a cluster's box: its margin, and the room of its name and years
ROWS, WIDEST = 5, 1_760  # nodes below each other; a shelf of boxes
LINES, LEADING = 3, 16
LEGEND_STEP = 150
TRACKS = (-6, 0, 6, -3, 3)  # where edges run in the room between two rows


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands: its upper left corner, and the box it is in."""

    x: int
    y: int
    box: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """A box: its name, its corner and size, its years and its nodes."""

    name: str
    x: int
    y: int
    width: int
    height: int
    years: tuple[tuple[int, str], ...]  # x, year
    places: Mapping[str, Place]


def graph_svg(found: Graph, language: str, *, link: Link = lambda _: "", alone: bool = True) -> str:
    """Every node in the box of its first cluster, under its year."""
    clusters = _shelves(found, language)
    places = {key: place for one in clusters for key, place in one.places.items()}
    width = max((one.x + one.width for one in clusters), default=WIDEST // 2) + LEFT
    height = max((one.y + one.height for one in clusters), default=TOP) + GAP
    title = label("pages", "graph")
    shapes = [text(LEFT, 30, heading(title, language), "head"), *_legend(language)]
    for one in clusters:
        shapes += _box(one)
    for at, edge in enumerate(found.edges):
        shapes.append(_edge(edge, places, language, TRACKS[at % len(TRACKS)]))
    shapes += (_node(node, places[node.id], language, link) for node in found.nodes)
    return picture(width, height, title, shapes, alone=alone)


# --- places -------------------------------------------------------------------------------------


def _homes(found: Graph) -> dict[str, Title | None]:
    """The first cluster of each node; for one in none, that of a node it is related to."""
    homes = {node.id: node.clusters[0] if node.clusters else None for node in found.nodes}
    for edge in found.edges:
        homes[edge.target] = homes[edge.target] or homes[edge.source]
        homes[edge.source] = homes[edge.source] or homes[edge.target]
    return homes


def _shelves(found: Graph, language: str) -> tuple[Cluster, ...]:
    """The boxes side by side while they fit, the widest first, those in no cluster last."""
    by_name: dict[Title | None, list[Node]] = {}
    homes = _homes(found)
    for node in found.nodes:
        by_name.setdefault(homes[node.id], []).append(node)
    ordered = sorted(
        by_name.items(),
        key=lambda item: (item[0] is None, -len(_columns(item[1])), str(item[0])),
    )
    clusters: list[Cluster] = []
    x, y, tallest = LEFT, TOP, 0
    for at, (title, own) in enumerate(ordered):
        name = in_language(title or label("pages", "no-cluster"), language)
        if x > LEFT and x + _width(own, name) > WIDEST:
            x, y, tallest = LEFT, y + tallest + GAP, 0
        cluster = _cluster(at, name, own, x, y, language)
        clusters.append(cluster)
        x, tallest = x + cluster.width + GAP, max(tallest, cluster.height)
    return tuple(clusters)


def _columns(nodes: Sequence[Node]) -> list[tuple[int | None, list[Node]]]:
    """The years in order; one with many nodes takes several columns."""
    years: dict[int | None, list[Node]] = {}
    for node in sorted(nodes, key=lambda node: (node.year or 0, node.id)):
        years.setdefault(node.year, []).append(node)
    return [
        (year, own[start : start + ROWS])
        for year, own in years.items()
        for start in range(0, len(own), ROWS)
    ]


def _width(nodes: Sequence[Node], name: str) -> int:
    """Of a box: its columns, or as much of its name as two columns would hold."""
    columns = len(_columns(nodes)) * (BOX + ACROSS) - ACROSS
    return INSIDE * 2 + max(columns, min(width_of(name, 13) + 8, 2 * BOX))


def _cluster(at: int, name: str, nodes: Sequence[Node], x: int, y: int, language: str) -> Cluster:
    places: dict[str, Place] = {}
    years: list[tuple[int, str]] = []
    columns = _columns(nodes)
    for number, (year, own) in enumerate(columns):
        left = x + INSIDE + number * (BOX + ACROSS)
        years.append((left, str(year) if year else said("pages", "year-unknown", language)))
        for row, node in enumerate(own):
            places[node.id] = Place(left, y + HEAD + row * (TALL + DOWN), at)
    height = HEAD + max(len(own) for _, own in columns) * (TALL + DOWN)
    return Cluster(name, x, y, _width(nodes, name), height, tuple(years), places)


# --- shapes -------------------------------------------------------------------------------------


def _box(one: Cluster) -> Iterator[str]:
    size = f'width="{one.width}" height="{one.height}"'
    yield f'<rect class="lane" x="{one.x}" y="{one.y}" {size} rx="8"/>'
    name = clipped(one.name, one.width - INSIDE * 2, 13)
    yield titled(one.name, [text(one.x + INSIDE, one.y + 24, name, "lane-name")])
    yield from (text(x, one.y + HEAD - 8, year, "soft") for x, year in one.years)


def _node(node: Node, place: Place, language: str, link: Link) -> str:
    kind = "node" if node.here else "node away"
    lines = wrapped(in_language(node.title, language), BOX - 16, 12, LINES)
    first = place.y + TALL // 2 + 4 - (len(lines) - 1) * LEADING // 2
    shapes = [
        f'<rect class="{kind}" x="{place.x}" y="{place.y}" width="{BOX}" height="{TALL}" rx="6"/>',
        *(text(place.x + 8, first + at * LEADING, line, "small") for at, line in enumerate(lines)),
    ]
    told = f"{both(node.title)} ({node.id})"
    if not node.here:
        told += f" · {both(label('pages', 'not-here'))}"
    if node.clusters:
        told += f" · {'; '.join(both(one) for one in node.clusters)}"
    return titled(told, shapes, link(node.id) if node.here else "")


def _edge(edge: Edge, places: Mapping[str, Place], language: str, track: int) -> str:
    """From the one that acts to the one acted upon, which the arrow points at."""
    source, target = places[edge.source], places[edge.target]
    y0, y1 = source.y + TALL // 2, target.y + TALL // 2
    if source.x == target.x:
        x = source.x + BOX
        path, tip = f"M{x} {y0}C{x + 30} {y0} {x + 30} {y1} {x + 8} {y1}", (x, y1, 1)
    else:
        side = 1 if source.x > target.x else -1  # of the target, where the arrow comes in
        x0 = source.x if side == 1 else source.x + BOX
        x1 = target.x + BOX if side == 1 else target.x
        path, tip = _across(x0, y0, x1, y1, side, _between(source, target, track)), (x1, y1, side)
    kind = edge.relation.value
    told = f"{edge.source} → {said('relations', kind, language)} → {edge.target}"
    return titled(told, [f'<path class="edge {kind}" d="{path}"/>', _tip(*tip, kind)])


def _between(source: Place, target: Place, track: int) -> int | None:
    """The height of the free room an edge runs in, where nodes may stand in its way."""
    far = abs(source.x - target.x) > BOX + ACROSS
    return source.y + TALL + DOWN // 2 + track if far and source.box == target.box else None


def _across(x0: int, y0: int, x1: int, y1: int, side: int, between: int | None) -> str:
    end = x1 + side * 8
    if between is None:
        bend = side * min(60, abs(x0 - x1) // 2 + 10)
        return f"M{x0} {y0}C{x0 - bend} {y0} {x1 + bend} {y1} {end} {y1}"
    half, whole = side * ACROSS // 2, side * ACROSS
    down = f"C{x0 - half} {y0} {x0 - half} {between} {x0 - whole} {between}"
    up = f"C{x1 + half} {between} {x1 + half} {y1} {end} {y1}"
    return f"M{x0} {y0}{down}H{x1 + whole}{up}"


def _tip(x: int, y: int, side: int, kind: str) -> str:
    return f'<path class="t-{kind}" d="M{x} {y}l{side * 10} -5v10z"/>'


def _legend(language: str) -> Iterator[str]:
    for at, relation in enumerate(Relation):
        x, kind = LEFT + at * LEGEND_STEP, relation.value
        yield _tip(x, 54, 1, kind)
        yield f'<path class="edge {kind}" d="M{x + 8} 54H{x + 34}"/>'
        yield text(x + 42, 58, said("relations", kind, language), "soft")
