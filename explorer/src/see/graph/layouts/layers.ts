// Layers for what flows: each thing is after all that feeds it, and the order within a layer crosses few lines.

/** What feeds what: for each id, what it feeds. */
export type Flows = ReadonlyMap<string, ReadonlySet<string>>;

const SWEEPS = 12;

/** Flows without circles: of each circle, the flow that closes it is left out. */
export function withoutCircles(flows: Flows): Flows {
  const kept = new Map<string, Set<string>>([...flows.keys()].map((id) => [id, new Set()]));
  const state = new Map<string, "open" | "done">();
  for (const start of flows.keys()) {
    if (state.has(start)) continue;
    state.set(start, "open");
    const path = [{ id: start, rest: [...(flows.get(start) ?? [])] }];
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.rest.shift();
      if (next === undefined) {
        state.set(top.id, "done");
        path.pop();
      } else if (state.get(next) !== "open") {
        kept.get(top.id)?.add(next);
        if (!state.has(next)) {
          state.set(next, "open");
          path.push({ id: next, rest: [...(flows.get(next) ?? [])] });
        }
      }
    }
  }
  return kept;
}

/** The layers from sources to consumers, of flows without circles: by the longest way to each. */
export function layersOf(flows: Flows): string[][] {
  const sources = reversed(flows);
  const missing = new Map([...sources].map(([id, all]) => [id, all.size]));
  const depths = new Map<string, number>();
  const ready = [...flows.keys()].filter((id) => missing.get(id) === 0);
  for (const id of ready) {
    const depth = depths.get(id) ?? 0;
    depths.set(id, depth);
    for (const fed of flows.get(id) ?? []) {
      depths.set(fed, Math.max(depths.get(fed) ?? 0, depth + 1));
      missing.set(fed, (missing.get(fed) ?? 0) - 1);
      if (missing.get(fed) === 0) ready.push(fed);
    }
  }
  // A source stands just before the first that it feeds, however long the ways of others are.
  for (const id of ready) {
    const fed = [...(flows.get(id) ?? [])].map((one) => depths.get(one) ?? 0);
    if (fed.length && !sources.get(id)?.size) depths.set(id, Math.min(...fed) - 1);
  }
  const layers: string[][] = [];
  for (const id of flows.keys()) {
    const depth = depths.get(id) ?? 0;
    layers[depth] ??= [];
    layers[depth].push(id);
  }
  return Array.from(layers, (layer) => layer ?? []);
}

/** The same layers, each in an order in which lines cross little: by where those before and after stand, in turn. */
export function untangled(layers: readonly string[][], flows: Flows): string[][] {
  const sources = reversed(flows);
  const now = layers.map((layer) => [...layer]);
  const heights = new Map<string, number>();
  const note = (layer: string[]) => {
    layer.forEach((id, index) => {
      heights.set(id, (index + 0.5) / layer.length);
    });
  };
  now.forEach(note);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? now : [...now].reverse()) {
      const middles = new Map(
        layer.map((id) => [
          id,
          middle((isDown ? sources : flows).get(id) ?? [], heights) ?? heights.get(id) ?? 0,
        ]),
      );
      layer.sort((a, b) => (middles.get(a) ?? 0) - (middles.get(b) ?? 0));
      note(layer);
    }
  }
  return now;
}

function middle(ids: Iterable<string>, heights: ReadonlyMap<string, number>): number | null {
  const all = [...ids].map((id) => heights.get(id) ?? 0);
  return all.length ? all.reduce((sum, one) => sum + one, 0) / all.length : null;
}

/** For each id, what feeds it. */
function reversed(flows: Flows): Flows {
  const sources = new Map<string, Set<string>>([...flows.keys()].map((id) => [id, new Set()]));
  for (const [id, all] of flows) for (const fed of all) sources.get(fed)?.add(id);
  return sources;
}

/** Flows that have nothing to do with each other, apart; each in the order in which it came. */
export function systemsOf(flows: Flows): Flows[] {
  const sources = reversed(flows);
  const seen = new Set<string>();
  const systems: Flows[] = [];
  for (const start of flows.keys()) {
    if (seen.has(start)) continue;
    const system = new Set([start]);
    for (const id of system) {
      seen.add(id);
      for (const other of [...(flows.get(id) ?? []), ...(sources.get(id) ?? [])]) system.add(other);
    }
    systems.push(new Map([...flows].filter(([id]) => system.has(id))));
  }
  return systems;
}
