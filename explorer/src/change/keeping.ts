// What is kept of the graph before it is changed, so that the change can be taken back; and putting it back.
import { everyPage } from "../find/paging";
import { deleteRelationship, putInBulk, relationshipPage } from "../server/api";
import { Refused } from "../server/refusals";
import type { Filters, PropertyFilter, Relationship, Twin } from "../server/types";
import { ontology } from "../server/world";
import { texts } from "../texts/en";

/** More than that is not kept: it would have to be loaded before anything is done, and stays in memory for a while. */
export const TWINS_KEPT_MAX = 5_000;
export const RELATIONSHIPS_KEPT_MAX = 20_000;
/** Of relationships that an import has created, each is taken out by a request of its own. */
export const RELATIONSHIPS_TAKEN_OUT_MAX = 5_000;
const AT_ONCE = 6; // As many requests as browsers send to a server at a time.
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

/** Put twins back as they were, and then relationships. Throws Refused, also where a part of it was not taken. */
export async function putBack({ twins, relationships }: Kept): Promise<void> {
  await putAll(
    "twins",
    twins.map(({ id, modelId, contents }) => ({ id, modelId, contents })),
  );
  await putAll(
    "relationships",
    relationships.map(({ id: _, ...rest }) => rest),
  );
}

/** Delete relationships of which only the ids are known. Those that are gone already do no harm. Throws Refused. */
export async function takeOut(ids: Iterable<string>): Promise<void> {
  const names = ontology.value.relationshipNames();
  const rest = ids[Symbol.iterator]();
  const take = async () => {
    for (let next = rest.next(); !next.done; next = rest.next()) await takeOutOne(next.value, names);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
}

async function takeOutOne(id: string, names: readonly string[]): Promise<void> {
  for (const source of sourcesIn(id, names)) {
    try {
      return await deleteRelationship(source, id);
    } catch (error) {
      if (!(error instanceof Refused && error.status === 404)) throw error;
    }
  }
}

/**
 * What may be the source of a relationship with this id, the likeliest first. Underscores join the id from source, name
 * and target, which may have some of their own; only under its own source or target does the server know it.
 */
export function sourcesIn(id: string, names: readonly string[]): string[] {
  const all = [...id.matchAll(/(?<=.)_/gs)].map(({ index }) => id.slice(0, index));
  const isNamed = (source: string) => names.some((name) => id.startsWith(`_${name}_`, source.length));
  return [...all.filter(isNamed), ...all.filter((source) => !isNamed(source))];
}

async function putAll(kind: "twins" | "relationships", values: readonly unknown[]): Promise<void> {
  if (!values.length) return;
  const body = values.map((value) => JSON.stringify(value)).join("\n");
  const errors: Record<string, string[]> = {};
  let isWhole = false;
  for await (const line of putInBulk(kind, { body, type: "application/x-ndjson" }, { dryRun: false })) {
    if (line.outcome === "rejected")
      errors[line.id ?? String(line.line)] = Object.values(line.errors ?? {}).flat();
    if (line.summary) isWhole = true;
  }
  const [first] = Object.entries(errors);
  if (first)
    throw new Refused({
      title: texts.failed,
      status: 400,
      detail: `${first[0]}: ${first[1].join(" ")}`,
      errors,
    });
  if (!isWhole) throw new Error(texts.change.stopped);
}

function eachOnce(relationships: readonly Relationship[]): Relationship[] {
  return [...new Map(relationships.map((one) => [one.id, one])).values()];
}
