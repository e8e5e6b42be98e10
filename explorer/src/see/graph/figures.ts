// The twins and relationships of a graph as they are drawn and listed.
import { nameOf } from "../../models/names";
import type { Content } from "./content";
import type { Group, Groups } from "./groups";
import { type Tie, tieOf } from "./kinds";
import { contentCounts, wholesOf } from "./wholes";

/** A twin, as much of it as is drawn. */
export interface Figure {
  id: string;
  label: string;
  group: Group;
  /** Its radius: the more is in it, the larger. */
  size: number;
}

export interface Figures {
  /** Group by group, each by name. */
  all: readonly Figure[];
  ties: readonly Tie[];
  /** What each is drawn in, where circles stand in circles. */
  wholes: ReadonlyMap<string, string>;
}

const SIZES = { square: 7, diamond: 6, triangle: 6, circle: 4 };
const names = new Intl.Collator("en", { numeric: true });

/** `containment`: the names of relationships from part to whole. */
export function figuresOf(content: Content, groups: Groups, containment: readonly string[]): Figures {
  const wholes = wholesOf(content.relationships, containment);
  const counts = contentCounts(wholes);
  const all = [...content.twins.values()].map((twin) => {
    const group = groups.of(twin.modelId);
    const size = SIZES[group.shape] + 1.2 * Math.log2(1 + (counts.get(twin.id) ?? 0));
    return { id: twin.id, label: nameOf(twin), group, size };
  });
  all.sort((a, b) => a.group.order - b.group.order || names.compare(a.label, b.label));
  return { all, ties: content.relationships.map((one) => tieOf(one, containment, wholes)), wholes };
}
