import { expect, test } from "vitest";
import {
  type Flows,
  layersOf,
  systemsOf,
  untangled,
  withoutCircles,
} from "../../src/see/graph/layouts/layers";

/** Flows written as "from>to". */
function flows(...written: string[]): Flows {
  const found = new Map<string, Set<string>>();
  for (const one of written) {
    const [from = "", to = ""] = one.split(">");
    found.set(from, (found.get(from) ?? new Set()).add(to));
    if (!found.has(to)) found.set(to, new Set());
  }
  return found;
}

/** How many pairs of lines between neighbouring layers cross. */
function crossings(layers: string[][], among: Flows): number {
  const lines = layers
    .slice(1)
    .map((layer, index) =>
      (layers[index] ?? []).flatMap((from, top) =>
        [...(among.get(from) ?? [])].map((to) => [top, layer.indexOf(to)] as const),
      ),
    );
  const cross = ([a, b]: readonly [number, number], [c, d]: readonly [number, number]) =>
    (a - c) * (b - d) < 0;
  return lines
    .flatMap((all) =>
      all.map((one, index) => all.slice(index + 1).filter((other) => cross(one, other)).length),
    )
    .reduce((sum, count) => sum + count, 0);
}

test("each is in a layer after all that feed it, by the longest way", () => {
  expect(layersOf(flows("chiller>ahu", "ahu>vav", "chiller>vav", "vav>zone"))).toEqual([
    ["chiller"],
    ["ahu"],
    ["vav"],
    ["zone"],
  ]);
});

test("a source stands just before the first that it feeds", () => {
  expect(layersOf(flows("chiller>ahu", "ahu>vav", "vav>zone", "heater>zone"))).toEqual([
    ["chiller"],
    ["ahu"],
    ["vav", "heater"],
    ["zone"],
  ]);
});

test("a circle is opened where it closes, and all else stays", () => {
  const open = withoutCircles(flows("a>b", "b>c", "c>a", "c>d"));
  expect(layersOf(open)).toEqual([["a"], ["b"], ["c"], ["d"]]);
});

test("what feeds itself is in one layer", () => {
  expect(layersOf(withoutCircles(flows("a>a")))).toEqual([["a"]]);
});

test("lines that need not cross do not", () => {
  const tangled = flows("a>3", "a>4", "b>1", "b>2", "c>5", "c>6", "1>x", "6>y", "3>z");
  const layers = layersOf(tangled);
  const before = crossings(layers, tangled);
  const after = untangled(layers, tangled);
  expect(before).toBeGreaterThan(0);
  expect(crossings(after, tangled)).toBe(0);
  expect(after.map((layer) => [...layer].sort())).toEqual(layers.map((layer) => [...layer].sort()));
});

test("what has nothing to do with each other is apart", () => {
  const systems = systemsOf(flows("a>b", "c>d", "b>e", "f>d"));
  expect(systems.map((system) => [...system.keys()].sort())).toEqual([
    ["a", "b", "e"],
    ["c", "d", "f"],
  ]);
});

test("a way as long as a graph is large has as many layers", () => {
  const long = flows(...Array.from({ length: 5_000 }, (_, index) => `${index}>${index + 1}`));
  expect(layersOf(withoutCircles(long))).toHaveLength(5_001);
});
