// What a graph shows, as a value: it follows from what it began with and the steps taken since.
import type { Relationship, Twin } from "../../server/types";
import type { Step } from "../../view/view";

/** How many twins a graph has at most: what a screen can show and a machine can draw without a pause. */
export const TWINS_MAX = 5_000;

export interface Content {
  twins: ReadonlyMap<string, Twin>;
  relationships: readonly Relationship[];
  /** Whether twins were left out because there are too many. */
  isFull: boolean;
}

/**
 * The twins that a graph began with and those that each step has added, with outgoing relationships: so those among them
 * are known, of a hub as far as it was expanded. Of what is not loaded yet, nothing.
 */
export function contentOf(
  start: readonly Twin[],
  steps: readonly Step[],
  added: readonly ({ twins: readonly Twin[] } | undefined)[],
  max = TWINS_MAX,
): Content {
  const twins = new Map<string, Twin>();
  const relationships = new Map<string, Relationship>();
  let isFull = false;
  const add = (some: readonly Twin[]) => {
    for (const twin of some) {
      if (twins.size < max || twins.has(twin.id)) twins.set(twin.id, twin);
      else isFull = true;
      for (const one of twin.outgoingRelationships ?? []) relationships.set(one.id, one);
    }
  };
  add(start);
  steps.forEach(({ kind, id }, at) => {
    if (kind === "remove") twins.delete(id);
    else add(added[at]?.twins ?? []);
  });
  const among = [...relationships.values()].filter(
    ({ sourceId, targetId }) => twins.has(sourceId) && twins.has(targetId),
  );
  return { twins, relationships: among, isFull };
}

/** The relationships of a twin that lead to others in the graph or come from them. */
export function relationshipsIn(content: Content, id: string): Relationship[] {
  return content.relationships.filter(({ sourceId, targetId }) => sourceId === id || targetId === id);
}

/** The end of a relationship that is not this twin; itself where it leads back. */
export function otherEnd({ sourceId, targetId }: Relationship, id: string): string {
  return sourceId === id ? targetId : sourceId;
}
