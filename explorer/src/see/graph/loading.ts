// The twins of a graph, asked of the API; each comes with its outgoing relationships (see content.ts).
import { isContainment, wholes } from "../../find/containment";
import { everyPage } from "../../find/paging";
import { searchedTexts } from "../../models/names";
import { findTwins, listTwins, relationshipPage } from "../../server/api";
import { TooLong } from "../../server/refusals";
import type { Twin, Way } from "../../server/types";
import { ontology } from "../../server/world";
import { isEverything, type Query, toFilters } from "../../view/query";
import { withOutgoing } from "./bounded";
import { TWINS_MAX } from "./content";

const AROUND_MAX = 1_000; // Twins that one step adds: of a large company or a controller it would be too many.
const PAGE_BYTES_MAX = 16_000_000; // Of a thousand twins with relationships; most have a tenth of that.
const WHOLES_MAX = 100;
const FIRST = 200; // Twins to begin with where nothing contains anything.

export interface Found {
  twins: Twin[];
  /** Whether there are more than that. */
  isCut: boolean;
  /** Of what is around a twin: where it goes on; null where nothing more is around it. */
  following: Following | null;
}

/** The tokens of the next pages; null after the last one of a direction. */
type Following = Record<Way, string | null>;

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
  if (ids.length) return { twins: await withOutgoing(ids, signal), isCut: false, following: null };
  return isEverything(query) ? loadWholes(signal) : loadFound(query, signal, progress);
}

/** A twin with what it is related to, in both directions; of a hub some of it, after what was found before. */
export async function loadAround(
  id: string,
  signal: AbortSignal,
  after: Following | null = null,
): Promise<Found> {
  const page = async (way: Way) =>
    after?.[way] === null
      ? { items: [], following: null }
      : relationshipPage(id, way, { pageSize: AROUND_MAX / 2, token: after?.[way] ?? null }, signal);
  const [from, to, twins] = await Promise.all([page("outgoing"), page("incoming"), findTwins([id], signal)]);
  const ends = [...from.items.map(({ targetId }) => targetId), ...to.items.map(({ sourceId }) => sourceId)];
  const others = [...new Set(ends)].filter((other) => other !== id);
  // Its own list of relationships may be as long as that of a hub is, and so may those of the twins around it: what leads
  // to it is known.
  const center = twins.map((twin) => ({ ...twin, outgoingRelationships: [...from.items, ...to.items] }));
  const isCut = from.following !== null || to.following !== null;
  const following = isCut ? { outgoing: from.following, incoming: to.following } : null;
  return { twins: [...center, ...(await withOutgoing(others, signal))], isCut, following };
}

async function loadFound(
  query: Query,
  signal: AbortSignal,
  progress: (twins: number) => void,
): Promise<Found> {
  const filters = toFilters(query, searchedTexts(ontology.value));
  const found = async (include: object, bytesMax?: number) => {
    const twins: Twin[] = [];
    for await (const page of everyPage({ ...filters, ...include }, signal, bytesMax)) {
      twins.push(...page);
      progress(twins.length);
      if (twins.length > TWINS_MAX) break;
    }
    return twins;
  };
  let twins: Twin[];
  try {
    twins = await found(WITH_OUTGOING, PAGE_BYTES_MAX);
  } catch (error) {
    if (!(error instanceof TooLong)) throw error;
    const ids = (await found({})).map(({ id }) => id);
    twins = await withOutgoing(ids, signal);
  }
  return { twins, isCut: twins.length > TWINS_MAX, following: null };
}

async function loadWholes(signal: AbortSignal): Promise<Found> {
  const begun = await wholes(null, signal);
  const tops = begun.items.slice(0, WHOLES_MAX).map(({ id }) => id);
  if (!tops.length) {
    const page = await listTwins({ ...WITH_OUTGOING, pageSize: FIRST }, signal);
    return { twins: page.content, isCut: page.continuationToken !== null, following: null };
  }
  const pages = await Promise.all(
    tops.map((id) => relationshipPage(id, "incoming", { pageSize: AROUND_MAX }, signal)),
  );
  const parts = pages
    .flatMap(({ items }) => items)
    .filter(({ name }) => isContainment(name))
    .map(({ sourceId }) => sourceId);
  const all = [...new Set([...tops, ...parts])];
  const isCut =
    all.length > AROUND_MAX ||
    tops.length < begun.items.length ||
    [begun, ...pages].some(({ following }) => following !== null);
  return { twins: await withOutgoing(all.slice(0, AROUND_MAX), signal), isCut, following: null };
}
