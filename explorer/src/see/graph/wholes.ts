// Of all that a twin is in, the one that it is drawn in: what it is a part of before what it merely belongs to.
import type { Relationship } from "../../server/types";

const FIRST = ["isPartOf", "locatedIn", "isCapabilityOf", "isPointOf"];
const LAST = ["includedIn", "hostedBy"]; // Groups that cut across a building.

interface Candidate {
  whole: string;
  rank: number;
}

/** Each twin that is in another, with that other; there are no circles. `containment`: names from part to whole. */
export function wholesOf(
  relationships: readonly Relationship[],
  containment: readonly string[],
): Map<string, string> {
  const candidates = candidatesIn(relationships, containment);
  const depths = depthsOf(candidates);
  const wholes = new Map<string, string>();
  for (const [id, all] of candidates) {
    // Of two of the same kind the one farther down: a sensor stands in its box rather than in the room.
    const best = all
      .filter(({ whole }) => !climbsTo(whole, id, wholes))
      .sort((a, b) => a.rank - b.rank || (depths.get(b.whole) ?? 0) - (depths.get(a.whole) ?? 0))[0];
    if (best) wholes.set(id, best.whole);
  }
  return wholes;
}

/** How many twins are in each, at any depth. */
export function contentCounts(wholes: ReadonlyMap<string, string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of wholes.keys())
    for (let above = wholes.get(id); above !== undefined; above = wholes.get(above))
      counts.set(above, (counts.get(above) ?? 0) + 1);
  return counts;
}

function candidatesIn(relationships: readonly Relationship[], containment: readonly string[]) {
  const found = new Map<string, Candidate[]>();
  for (const { sourceId, targetId, name } of relationships) {
    if (sourceId === targetId || !containment.includes(name)) continue;
    const all = found.get(sourceId) ?? [];
    all.push({ whole: targetId, rank: rankOf(name) });
    found.set(sourceId, all);
  }
  return found;
}

function rankOf(name: string): number {
  const [first, last] = [FIRST.indexOf(name), LAST.indexOf(name)];
  if (last >= 0) return FIRST.length + 1 + last;
  return first >= 0 ? first : FIRST.length;
}

function climbsTo(from: string, to: string, wholes: ReadonlyMap<string, string>): boolean {
  for (let at: string | undefined = from; at !== undefined; at = wholes.get(at)) if (at === to) return true;
  return false;
}

const DEPTH_MAX = 500; // Of calls within calls.

/** How far each is below what is in nothing, by its best relationships; a circle counts as far as it was walked. */
function depthsOf(candidates: ReadonlyMap<string, readonly Candidate[]>): Map<string, number> {
  const depths = new Map<string, number>();
  const depthOf = (id: string, walked: number): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    depths.set(id, 0); // As long as we do not know better: it stops circles.
    const all = candidates.get(id) ?? [];
    const best = Math.min(...all.map(({ rank }) => rank));
    let depth = 0;
    if (walked < DEPTH_MAX)
      for (const { whole, rank } of all)
        if (rank === best) depth = Math.max(depth, 1 + depthOf(whole, walked + 1));
    depths.set(id, depth);
    return depth;
  };
  for (const id of candidates.keys()) depthOf(id, 0);
  return depths;
}
