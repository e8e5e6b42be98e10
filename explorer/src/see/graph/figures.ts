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
  /** What to call it inside what it is in: the damper of VAV-7 rather than VAV-7 Damper. */
  short: string;
  group: Group;
  /** Its radius: the more is in it, the larger. */
  size: number;
}

export interface Figures {
  /** Group by group, each by name. */
  all: readonly Figure[];
  ties: readonly Tie[];
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
    const label = nameOf(twin);
    const whole = content.twins.get(wholes.get(twin.id) ?? "");
    return { id: twin.id, label, short: whole ? without(nameOf(whole), label) : label, group, size };
  });
  all.sort((a, b) => a.group.order - b.group.order || names.compare(a.label, b.label));
  return { all, ties: content.relationships.map((one) => tieOf(one, containment, wholes)) };
}

/** A name without the name of its whole before it. */
function without(whole: string, label: string): string {
  if (!label.startsWith(whole)) return label;
  return label.slice(whole.length).replace(/^[\s\-–_./:]+/, "") || label;
}
