// Twins with their outgoing relationships, where some of them may have a hundred thousand: of these, some.
import { findTwins, listTwins, relationshipPage } from "../../server/api";
import { TooLong } from "../../server/refusals";
import { sideBySide } from "../../server/side-by-side";
import type { Twin } from "../../server/types";

const IDS_AT_ONCE = 250; // Of a thousand, four requests are answered side by side.
const BYTES_MAX = { least: 200_000, each: 10_000 }; // Twice as long as twins with much to tell are.
const RELATIONSHIPS_MAX = 200; // Of one twin, where all of them were too long.

/** Those of these twins that there are. Relationships are whole of all but those that have too many. */
export async function withOutgoing(ids: readonly string[], signal: AbortSignal): Promise<Twin[]> {
  const chunks: string[][] = [];
  for (let from = 0; from < ids.length; from += IDS_AT_ONCE) chunks.push(ids.slice(from, from + IDS_AT_ONCE));
  return (await sideBySide(chunks, (chunk) => chunkWithOutgoing(chunk, signal))).flat();
}

async function chunkWithOutgoing(ids: readonly string[], signal: AbortSignal): Promise<Twin[]> {
  const request = {
    propertyFilter: { field: "id", operator: "in", value: [...ids] },
    include: { outgoingRelationships: true },
    pageSize: IDS_AT_ONCE,
  };
  try {
    const bytesMax = Math.max(BYTES_MAX.least, BYTES_MAX.each * ids.length);
    return (await listTwins(request, signal, bytesMax)).content;
  } catch (error) {
    if (!(error instanceof TooLong)) throw error;
    return oneByOne(await findTwins(ids, signal), signal);
  }
}

function oneByOne(twins: readonly Twin[], signal: AbortSignal): Promise<Twin[]> {
  return sideBySide(twins, async (twin) => {
    const page = await relationshipPage(twin.id, "outgoing", { pageSize: RELATIONSHIPS_MAX }, signal);
    return { ...twin, outgoingRelationships: page.items };
  });
}
