// What contains what, asked of the API page by page: the wholes that are in nothing else, and the parts of a whole.

import { shortName } from "../models/definitions";
import { nameOf } from "../models/names";
import { countTwins, findTwins, listTwins, relationshipPage, targetsOf } from "../server/api";
import type { Filters, Twin } from "../server/types";
import { ontology, server } from "../server/world";
import type { Page } from "../ui/pages";

// Models of what commonly is in nothing else, by the names they have in the published ontologies, the widest first.
const WIDEST = [
  "Portfolio",
  "Region",
  "Campus",
  "Site",
  "Land",
  "Property",
  "Airport",
  "Premises",
  "Building",
];
const PAGE_SIZE = 200;
const PASSED_MAX = 10; // Pages that are looked through for something to show before one is asked whether to go on.
const CLIMBED = 100; // Twins to climb up from, where no model tells of places.
const STEPS_MAX = 50;

/** Where the wholes go on, and how many of them are still to come. */
export interface Remaining {
  token: string;
  count: number;
}

/** The twins from which a tree of places begins. */
export async function wholes(from: Remaining | null, signal: AbortSignal): Promise<Page<Twin, Remaining>> {
  const modelIds = [...ontology.value.models.keys()].filter((id) => WIDEST.includes(shortName(id)));
  const places = { modelFilter: { modelIds } };
  if (!modelIds.length) return { items: byName(await climbed(signal)), following: null };
  const list = (token: string | null) =>
    listTwins({ ...(token ? { continuationToken: token } : places), pageSize: PAGE_SIZE }, signal);
  const [count, first] = await Promise.all([
    from?.count ?? countWholes(places, signal),
    list(from?.token ?? null),
  ]);
  if (!count) return { items: byName(await climbed(signal)), following: null };
  const found = await withoutParts(first.content, places, signal);
  let token = first.continuationToken;
  for (let passed = 1; passed < PASSED_MAX && token !== null && !found.length; passed += 1) {
    const page = await list(token);
    found.push(...(await withoutParts(page.content, places, signal)));
    token = page.continuationToken;
  }
  const left = count - found.length;
  return { items: byName(found), following: token !== null && left > 0 ? { token, count: left } : null };
}

/** How many of them are in nothing: those that are a part of something can be counted, and the others are the rest. */
async function countWholes(places: Filters, signal: AbortSignal): Promise<number> {
  const [all, parts] = await Promise.all([
    countTwins(places, signal),
    countTwins({ ...places, ...arePart() }, signal),
  ]);
  return all - parts;
}

/** Those of some places that are in nothing. Their own relationships may be any number, and are not asked for. */
async function withoutParts(some: readonly Twin[], places: Filters, signal: AbortSignal): Promise<Twin[]> {
  const ids = { field: "id", operator: "in", value: some.map(({ id }) => id) };
  const asked = { ...places, ...arePart(), propertyFilter: ids, pageSize: PAGE_SIZE };
  const parts = new Set((await listTwins(asked, signal)).content.map(({ id }) => id));
  return some.filter(({ id }) => !parts.has(id));
}

function arePart(): Filters {
  const relationshipNames = server.value.containment;
  return { relationshipFilter: { relationshipDirection: "Outgoing", relationshipNames } };
}

/** From the first twins that hold others, up to what is in nothing. */
async function climbed(signal: AbortSignal): Promise<Twin[]> {
  const { content } = await listTwins(
    {
      relationshipFilter: { relationshipDirection: "Incoming", relationshipNames: server.value.containment },
      pageSize: CLIMBED,
    },
    signal,
  );
  let level = new Set(content.map((twin) => twin.id));
  const tops = new Set<string>();
  const seen = new Set<string>();
  for (let step = 0; level.size && step < STEPS_MAX; step += 1) {
    const above = new Set<string>();
    for (const id of level) {
      if (seen.has(id)) continue;
      seen.add(id);
      const containing = await targetsOf(id, server.value.containment, signal);
      if (!containing.length) tops.add(id);
      for (const whole of containing) above.add(whole.id);
    }
    level = above;
  }
  return findTwins(tops, signal);
}

/** What is directly in a twin, page by page; on each, places first, then things, each by name. */
export async function partsOf(id: string, from: string | null, signal: AbortSignal): Promise<Page<Twin>> {
  const ids = new Set<string>();
  let following = from;
  for (let passed = 0; passed < PASSED_MAX && !ids.size; passed += 1) {
    const page = await relationshipPage(id, "incoming", { pageSize: PAGE_SIZE, token: following }, signal);
    for (const { name, sourceId } of page.items) if (isContainment(name)) ids.add(sourceId);
    following = page.following;
    if (following === null) break;
  }
  const parts = byName(await findTwins(ids, signal));
  const isPlace = (twin: Twin) => ontology.value.lineage(twin.modelId).some((model) => /:Space;/.test(model));
  return { items: [...parts.filter(isPlace), ...parts.filter((twin) => !isPlace(twin))], following };
}

export function isContainment(name: string): boolean {
  return server.value.containment.includes(name);
}

function byName(twins: Twin[]): Twin[] {
  return twins.sort((a, b) => nameOf(a).localeCompare(nameOf(b), "en", { numeric: true }));
}
