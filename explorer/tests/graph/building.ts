// Small buildings to draw.
import { tieOf } from "../../src/see/graph/kinds";
import type { Sketch } from "../../src/see/graph/layouts/sketch";
import { wholesOf } from "../../src/see/graph/wholes";
import type { Relationship, Twin } from "../../src/server/types";
import type { Layout } from "../../src/view/view";

export const CONTAINMENT = ["hostedBy", "includedIn", "isCapabilityOf", "isPartOf", "locatedIn"];

/** A twin with its outgoing relationships: their names, with the ids of their targets. */
export function twin(id: string, model: string, outgoing: Record<string, string[]> = {}): Twin {
  return {
    id,
    modelId: `dtmi:com:willowinc:${model};1`,
    lastUpdateTime: "2026-01-01T00:00:00Z",
    contents: { name: id },
    outgoingRelationships: Object.entries(outgoing).flatMap(([name, targets]) =>
      targets.map((target) => relationship(id, name, target)),
    ),
  };
}

export function relationship(sourceId: string, name: string, targetId: string): Relationship {
  return { id: `${sourceId} ${name} ${targetId}`, sourceId, targetId, name };
}

/** A sketch of relationships, each written as "source name target"; all nodes are as large. */
export function sketch(layout: Layout, written: string[], alone: string[] = []): Sketch {
  const relationships = written.map((one) => {
    const [source = "", name = "", target = ""] = one.split(" ");
    return relationship(source, name, target);
  });
  const ids = new Set([...relationships.flatMap(({ sourceId, targetId }) => [sourceId, targetId]), ...alone]);
  const wholes = wholesOf(relationships, CONTAINMENT);
  return {
    layout,
    nodes: [...ids].map((id) => ({ id, size: 5, at: null })),
    edges: relationships.map((one) => tieOf(one, CONTAINMENT, wholes)),
    keeps: false,
  };
}

/** A building with so many levels, rooms in each, and sensors in each of those; as relationships, written. */
export function building(levels: number, rooms: number, sensors: number): string[] {
  const written: string[] = [];
  for (let level = 0; level < levels; level += 1) {
    written.push(`L${level} isPartOf B`);
    for (let room = 0; room < rooms; room += 1) {
      written.push(`L${level}R${room} isPartOf L${level}`);
      for (let sensor = 0; sensor < sensors; sensor += 1)
        written.push(`L${level}R${room}S${sensor} isCapabilityOf L${level}R${room}`);
    }
  }
  return written;
}
