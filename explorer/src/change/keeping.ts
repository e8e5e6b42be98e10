// What is kept of the graph before it is changed, so that the change can be taken back; and putting it back.
import { everyPage } from "../find/paging";
import { deleteRelationships, putInBulk, relationshipPage } from "../server/api";
import type { Filters, PropertyFilter, Relationship, Twin } from "../server/types";
import { texts } from "../texts/en";
import type { Undoing } from "../ui/notices";
import { Tally } from "./undoing";

/** More than that is not kept: it would have to be loaded before anything is done, and stays in memory for a while. */
export const TWINS_KEPT_MAX = 5_000;
export const RELATIONSHIPS_KEPT_MAX = 20_000;
/** Of relationships that an import has created, only the ids are kept. */
export const RELATIONSHIPS_TAKEN_OUT_MAX = 5_000;
const TAKEN_OUT_AT_ONCE = 200; // By one request; others who write wait until it is done.
const IDS_MAX = 1_000; // Of one comparison with a list.
const PAGE_SIZE = 1_000;

export interface Kept {
  twins: Twin[];
  relationships: Relationship[];
}

/** All that these filters find, with the relationships from and to it. */
export async function keepFound(filters: Filters, signal: AbortSignal): Promise<Kept> {
  const include = { outgoingRelationships: true, incomingRelationships: true };
  const twins: Twin[] = [];
  for await (const page of everyPage({ ...filters, include }, signal)) twins.push(...page);
  const all = twins.flatMap((twin) => [
    ...(twin.outgoingRelationships ?? []),
    ...(twin.incomingRelationships ?? []),
  ]);
  return { twins, relationships: eachOnce(all) };
}

/** The relationships of a twin, unless there are more than are kept: then the first of them. */
export async function keepAround(id: string): Promise<{ relationships: Relationship[]; isWhole: boolean }> {
  const found: Relationship[] = [];
  for (const way of ["outgoing", "incoming"] as const) {
    let token: string | null = null;
    do {
      const page = await relationshipPage(id, way, { pageSize: PAGE_SIZE, token });
      found.push(...page.items);
      token = page.following;
      if (found.length > RELATIONSHIPS_KEPT_MAX) return { relationships: eachOnce(found), isWhole: false };
    } while (token !== null);
  }
  return { relationships: eachOnce(found), isWhole: true };
}

/** These filters, of these twins alone: what has come to fit since was not kept. */
export function only(twins: readonly Twin[], filters: Filters): Filters {
  const lists: PropertyFilter[] = [];
  for (let from = 0; from < twins.length; from += IDS_MAX) {
    const value = twins.slice(from, from + IDS_MAX).map(({ id }) => id);
    lists.push({ field: "id", operator: "in", value });
  }
  const ids: PropertyFilter = { filterConditionOperator: "Or", filters: lists };
  const { propertyFilter } = filters;
  const both = propertyFilter
    ? { filterConditionOperator: "And" as const, filters: [propertyFilter, ids] }
    : ids;
  return { ...filters, propertyFilter: both };
}

/** Put twins back as they were, and then relationships. Throws PartlyUndone. */
export async function putBack({ twins, relationships }: Kept, undoing: Undoing): Promise<void> {
  const tally = new Tally(twins.length + relationships.length, undoing);
  const drafts = {
    twins: twins.map(({ id, modelId, contents }) => ({ id, modelId, contents })),
    relationships: relationships.map(({ id: _, ...rest }) => rest),
  };
  for (const kind of ["twins", "relationships"] as const)
    if (drafts[kind].length && !tally.isOver) await putAll(kind, drafts[kind], tally, undoing.signal);
  tally.judge();
}

/** Delete relationships by their ids. Those that are gone already do no harm. Throws PartlyUndone. */
export async function takeOut(ids: ReadonlySet<string>, undoing: Undoing): Promise<void> {
  const all = [...ids];
  const tally = new Tally(all.length, undoing);
  for (let from = 0; from < all.length && !tally.isOver; from += TAKEN_OUT_AT_ONCE) {
    const some = all.slice(from, from + TAKEN_OUT_AT_ONCE);
    try {
      await deleteRelationships(some);
      tally.done(some.length);
    } catch (error) {
      tally.end(error);
    }
  }
  tally.judge();
}

async function putAll(
  kind: "twins" | "relationships",
  values: readonly unknown[],
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  const body = values.map((value) => JSON.stringify(value)).join("\n");
  let isWhole = false;
  try {
    const report = putInBulk(kind, { body, type: "application/x-ndjson" }, { dryRun: false, signal });
    for await (const { line, id, outcome, errors, summary } of report) {
      if (outcome === "rejected")
        tally.fail(
          id ?? String(line),
          Object.values(errors ?? {})
            .flat()
            .join(" "),
        );
      else if (outcome) tally.done();
      if (summary) isWhole = true;
    }
    if (!isWhole) throw new Error(texts.change.stopped);
  } catch (error) {
    tally.stumble(kind, error);
  }
}

function eachOnce(relationships: readonly Relationship[]): Relationship[] {
  return [...new Map(relationships.map((one) => [one.id, one])).values()];
}
