// Circles in circles: a building with its levels, a level with its rooms, a room with what is in it.
import { type HierarchyCircularNode, hierarchy, pack } from "d3-hierarchy";
import type { Place, Sketch, SketchNode } from "./sketch";

interface Branch {
  node: SketchNode | null;
  parts: Branch[];
}

/** A place for each node, in their order. */
export function layOutContainment(sketch: Sketch): Place[] {
  const root = hierarchy(treeOf(sketch), ({ parts }) => parts)
    .sum(({ node }) => (node ? 1 : 0))
    // The front of a packing begins in the middle: what holds most, then as they came.
    .sort((a, b) => b.height - a.height || (b.value ?? 0) - (a.value ?? 0));
  const packed = pack<Branch>()
    .radius(({ data }) => data.node?.size ?? 1)
    .padding(({ height }) => 2 + 2.5 * height)(root);
  const places = new Map<SketchNode | null, Place>(
    packed.descendants().map((circle) => [circle.data.node, placeOf(circle, packed)]),
  );
  return sketch.nodes.map((node) => places.get(node) as Place);
}

function placeOf(circle: HierarchyCircularNode<Branch>, root: HierarchyCircularNode<Branch>): Place {
  return { x: circle.x - root.x, y: root.y - circle.y, size: circle.r, holds: circle.children !== undefined };
}

/** One root above all that is in nothing. */
function treeOf(sketch: Sketch): Branch {
  const wholes = new Map(
    sketch.edges.filter(({ kind }) => kind === "containment").map(({ source, target }) => [source, target]),
  );
  const root: Branch = { node: null, parts: [] };
  const branches = new Map(sketch.nodes.map((node): [string, Branch] => [node.id, { node, parts: [] }]));
  for (const [id, branch] of branches) (branches.get(wholes.get(id) ?? "") ?? root).parts.push(branch);
  return root;
}
