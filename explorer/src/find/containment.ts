// What contains what, asked of the API: the wholes that are in nothing else, and the parts of a whole.

import { shortName } from "../models/definitions";
import { nameOf } from "../models/names";
import { findTwins, incoming, listTwins, outgoing } from "../server/api";
import type { Twin } from "../server/types";
import { ontology, server } from "../server/world";

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
const LISTED = 1_000;
const CLIMBED = 100; // Twins to climb up from, where no model tells of places.
const STEPS_MAX = 50;

/** The twins from which a tree of places begins. */
export async function wholes(signal: AbortSignal): Promise<Twin[]> {
  const models = [...ontology.value.models.keys()].filter((id) => WIDEST.includes(shortName(id)));
  const places = models.length
    ? await listTwins(
        { modelFilter: { modelIds: models }, include: { outgoingRelationships: true }, pageSize: LISTED },
        signal,
      )
    : { content: [] };
  const tops = places.content.filter(
    (twin) => !twin.outgoingRelationships?.some(({ name }) => isContainment(name)),
  );
  return byName(tops.length ? tops : await climbed(signal));
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
      const containing = (await outgoing(id, signal)).filter(({ name }) => isContainment(name));
      if (!containing.length) tops.add(id);
      for (const { targetId } of containing) above.add(targetId);
    }
    level = above;
  }
  return findTwins(tops, signal);
}

/** What is directly in a twin: places first, then things, each by name. */
export async function partsOf(id: string, signal?: AbortSignal): Promise<Twin[]> {
  const relationships = (await incoming(id, signal)).filter(({ name }) => isContainment(name));
  const parts = await findTwins(
    relationships.map(({ sourceId }) => sourceId),
    signal,
  );
  const isPlace = (twin: Twin) => ontology.value.lineage(twin.modelId).some((model) => /:Space;/.test(model));
  return [...byName(parts.filter(isPlace)), ...byName(parts.filter((twin) => !isPlace(twin)))];
}

export function isContainment(name: string): boolean {
  return server.value.containment.includes(name);
}

function byName(twins: Twin[]): Twin[] {
  return twins.sort((a, b) => nameOf(a).localeCompare(nameOf(b), "en", { numeric: true }));
}
