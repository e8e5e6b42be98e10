// The twins of a graph, asked of the API; each comes with its outgoing relationships (see content.ts).
import { isContainment, wholes } from "../../find/containment";
import { everyPage } from "../../find/paging";
import { searchedTexts } from "../../models/names";
import { incoming, listTwins, outgoing } from "../../server/api";
import type { Twin } from "../../server/types";
import { ontology } from "../../server/world";
import { isEverything, type Query, toFilters } from "../../view/query";
import { TWINS_MAX } from "./content";

const IDS_MAX = 1_000; // Of one comparison with a list.
const AROUND_MAX = 1_000; // Twins that one step adds: of a large company or a controller it would be too many.
const WHOLES_MAX = 100;
const FIRST = 200; // Twins to begin with where nothing contains anything.

export interface Found {
  twins: Twin[];
  /** Whether there are more than that. */
  isCut: boolean;
}

const WITH_OUTGOING = { include: { outgoingRelationships: true } };

/** What a graph begins with: these twins, or those that a query finds, or the wholes with what is in them. */
export async function loadStart(
  ids: readonly string[],
  query: Query,
  signal: AbortSignal,
  progress: (twins: number) => void,
): Promise<Found> {
  const [only] = ids;
  if (only !== undefined && ids.length === 1) return loadAround(only, signal);
  if (ids.length) return { twins: await withOutgoing(ids, signal), isCut: false };
  return isEverything(query) ? loadWholes(signal) : loadFound(query, signal, progress);
}

/** A twin with all that it is related to, in both directions. */
export async function loadAround(id: string, signal: AbortSignal): Promise<Found> {
  const [from, to] = await Promise.all([outgoing(id, signal), incoming(id, signal)]);
  const others = new Set([...from.map(({ targetId }) => targetId), ...to.map(({ sourceId }) => sourceId)]);
  others.delete(id);
  const twins = await withOutgoing([id, ...[...others].slice(0, AROUND_MAX)], signal);
  return { twins, isCut: others.size > AROUND_MAX };
}

async function loadFound(
  query: Query,
  signal: AbortSignal,
  progress: (twins: number) => void,
): Promise<Found> {
  const filters = { ...toFilters(query, searchedTexts(ontology.value)), ...WITH_OUTGOING };
  const twins: Twin[] = [];
  for await (const page of everyPage(filters, signal)) {
    twins.push(...page);
    progress(twins.length);
    if (twins.length > TWINS_MAX) break;
  }
  return { twins, isCut: twins.length > TWINS_MAX };
}

async function loadWholes(signal: AbortSignal): Promise<Found> {
  const tops = (await wholes(signal)).slice(0, WHOLES_MAX).map(({ id }) => id);
  if (!tops.length) {
    const page = await listTwins({ ...WITH_OUTGOING, pageSize: FIRST }, signal);
    return { twins: page.content, isCut: page.continuationToken !== null };
  }
  const { content } = await listTwins(
    { ...whereIdIsOneOf(tops), include: { incomingRelationships: true }, pageSize: IDS_MAX },
    signal,
  );
  const parts = content
    .flatMap((twin) => twin.incomingRelationships ?? [])
    .filter(({ name }) => isContainment(name))
    .map(({ sourceId }) => sourceId);
  const all = [...new Set([...tops, ...parts])];
  return { twins: await withOutgoing(all.slice(0, AROUND_MAX), signal), isCut: all.length > AROUND_MAX };
}

async function withOutgoing(ids: readonly string[], signal: AbortSignal): Promise<Twin[]> {
  const twins: Twin[] = [];
  for (let from = 0; from < ids.length; from += IDS_MAX) {
    const some = ids.slice(from, from + IDS_MAX);
    const request = { ...whereIdIsOneOf(some), ...WITH_OUTGOING, pageSize: IDS_MAX };
    twins.push(...(await listTwins(request, signal)).content);
  }
  return twins;
}

function whereIdIsOneOf(ids: readonly string[]) {
  return { propertyFilter: { field: "id", operator: "in", value: [...ids] } };
}
