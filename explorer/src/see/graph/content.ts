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
 * The twins that a graph began with and those around the expanded ones, each with its outgoing relationships: so all
 * relationships among them are known. Of what is not loaded yet, nothing.
 */
export function contentOf(
  start: readonly Twin[],
  steps: readonly Step[],
  around: ReadonlyMap<string, { twins: readonly Twin[] }>,
  max = TWINS_MAX,
): Content {
  const twins = new Map<string, Twin>();
  let isFull = false;
  const add = (added: readonly Twin[]) => {
    for (const twin of added) {
      if (twins.size < max || twins.has(twin.id)) twins.set(twin.id, twin);
      else isFull = true;
    }
  };
  add(start);
  for (const { kind, id } of steps) {
    if (kind === "remove") twins.delete(id);
    else add(around.get(id)?.twins ?? []);
  }
  return { twins, relationships: among(twins), isFull };
}

function among(twins: ReadonlyMap<string, Twin>): Relationship[] {
  return [...twins.values()].flatMap((twin) =>
    (twin.outgoingRelationships ?? []).filter(({ targetId }) => twins.has(targetId)),
  );
}

/** The relationships of a twin that lead to others in the graph or come from them. */
export function relationshipsIn(content: Content, id: string): Relationship[] {
  return content.relationships.filter(({ sourceId, targetId }) => sourceId === id || targetId === id);
}

/** The end of a relationship that is not this twin; itself where it leads back. */
export function otherEnd({ sourceId, targetId }: Relationship, id: string): string {
  return sourceId === id ? targetId : sourceId;
}
