// What a relationship means for a drawing: that something is in something, that something is fed, or anything else.
import type { Relationship } from "../../server/types";

export type Kind = "containment" | "feed" | "other";

// Names of the published ontologies. With `along`, what feeds is the source of the relationship.
const FEEDS: ReadonlyMap<string, "along" | "against"> = new Map([
  ["feeds", "along"],
  ["isFedBy", "against"],
  ["serves", "along"],
  ["servedBy", "against"],
  ["isServedBy", "against"],
  ["supplies", "along"],
  ["isSuppliedBy", "against"],
  ["powers", "along"],
  ["isPoweredBy", "against"],
  ["subMeterOf", "against"],
]);

/** A relationship, as much of it as is drawn. */
export interface Tie {
  id: string;
  source: string;
  target: string;
  name: string;
  kind: Kind;
}

/** `wholes`: what each is drawn in. What it belongs to besides, such as the controller that hosts it, is another matter. */
export function tieOf(
  { id, sourceId, targetId, name }: Relationship,
  containment: readonly string[],
  wholes: ReadonlyMap<string, string>,
): Tie {
  const isIn = containment.includes(name) && wholes.get(sourceId) === targetId;
  const kind = isIn ? "containment" : FEEDS.has(name) ? "feed" : "other";
  return { id, source: sourceId, target: targetId, name, kind };
}

/** From what feeds to what is fed; null where nothing is. */
export function flowOf({ source, target, name }: Pick<Tie, "source" | "target" | "name">) {
  switch (FEEDS.get(name)) {
    case "along":
      return { from: source, to: target };
    case "against":
      return { from: target, to: source };
    default:
      return null;
  }
}
