// Which twins and relationships stand out: those around the one that is selected or pointed at; the rest steps back.
import type Sigma from "sigma";
import type { Drawn } from "./glide";
import type { Kind } from "./kinds";
import type { EDGE_STATE, EdgeLook, NODE_STATE, NodeLook } from "./looks";

export type Painter = Sigma<NodeLook, EdgeLook, Record<string, never>, typeof NODE_STATE, typeof EDGE_STATE>;

/** What is not shown for now, though it is in the graph; relationships are while one of their twins stands out. */
export interface Hidden {
  groups: ReadonlySet<string>;
  kinds: ReadonlySet<Kind>;
}

export interface Emphasis {
  selected: string | null;
  pointed: string | null;
  hidden: Hidden;
  /** Whether circles in circles say already what is in what. */
  isNested: boolean;
}

const NAMED_MAX = 30; // More names than that around a twin hide each other,
const NESTED_NAMED_MAX = 8; // and sooner where twins stand close.
const SAME_NAMED_MAX = 2; // Relationships of one name say no more than two of them do.

/** Tell the painter, who does nothing about those that stay as they are. */
export function emphasize(
  painter: Painter,
  graph: Drawn,
  { selected, pointed, hidden, isNested }: Emphasis,
): void {
  const around = (id: string | null) =>
    new Set(id !== null && graph.hasNode(id) ? [id, ...graph.neighbors(id)] : []);
  const most = isNested ? NESTED_NAMED_MAX : NAMED_MAX;
  const [near, pointedNear] = [around(selected), around(pointed)];
  const inside = isNested ? partsOf(selected, graph) : near;
  const isHidden = (id: string) => hidden.groups.has(graph.getNodeAttribute(id, "group").id);
  graph.forEachNode((id) => {
    const isIn = (set: ReadonlySet<string>) => set.size <= most && set.has(id);
    painter.setNodeState(id, {
      isHidden: isHidden(id),
      isSelected: id === selected,
      isFaint: near.size > 0 && ![near, pointedNear, inside].some((all) => all.has(id)),
      isNamed: id === selected || isIn(near) || isIn(pointedNear),
    });
  });
  const named = new Map<string, number>();
  graph.forEachEdge((id, { kind, label }, source, target) => {
    const isHighlighted = [selected, pointed].some((end) => end === source || end === target);
    const count = (named.get(label) ?? 0) + Number(isHighlighted);
    named.set(label, count);
    painter.setEdgeState(id, {
      isHidden:
        isHidden(source) ||
        isHidden(target) ||
        (isNested && kind === "containment") ||
        (!isHighlighted && hidden.kinds.has(kind)),
      isHighlighted,
      isFaint: near.size > 0 && !isHighlighted,
      isNamed: isHighlighted && count <= SAME_NAMED_MAX,
    });
  });
}

/** A twin and all that is in it, at any depth. */
function partsOf(id: string | null, graph: Drawn): Set<string> {
  const found = new Set(id !== null && graph.hasNode(id) ? [id] : []);
  for (const one of found)
    graph.forEachInEdge(one, (_, { kind }, part) => {
      if (kind === "containment") found.add(part);
    });
  return found;
}
