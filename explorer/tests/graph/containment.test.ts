import { expect, test } from "vitest";
import { layOutContainment } from "../../src/see/graph/layouts/containment";
import type { Place, Sketch } from "../../src/see/graph/layouts/sketch";
import { building, sketch } from "./building";

function placed(asked: Sketch): Map<string, Place> {
  const places = layOutContainment(asked);
  return new Map(asked.nodes.map(({ id }, index) => [id, places[index] as Place]));
}

const apart = (a: Place, b: Place) => Math.hypot(a.x - b.x, a.y - b.y);
const at = (places: Map<string, Place>, id: string) => places.get(id) as Place;

test("what is in a twin is drawn in its circle, all of it", () => {
  const asked = sketch("containment", building(3, 5, 4));
  const places = placed(asked);
  for (const { source, target } of asked.edges) {
    const [part, whole] = [at(places, source), at(places, target)];
    expect(apart(part, whole) + part.size).toBeLessThanOrEqual(whole.size + 1e-6);
  }
});

test("of what is in the same twin, nothing overlaps", () => {
  const asked = sketch("containment", building(3, 5, 4), ["alone", "lonely"]);
  const places = placed(asked);
  const wholeOf = new Map(asked.edges.map(({ source, target }) => [source, target]));
  for (const { id: a } of asked.nodes)
    for (const { id: b } of asked.nodes)
      if (a < b && wholeOf.get(a) === wholeOf.get(b))
        expect(apart(at(places, a), at(places, b))).toBeGreaterThan(
          at(places, a).size + at(places, b).size - 1e-6,
        );
});

test("what holds nothing keeps its size, and what holds others says so", () => {
  const places = placed(sketch("containment", ["S1 isCapabilityOf V1"], ["C1"]));
  expect(at(places, "S1")).toMatchObject({ size: 5, holds: false });
  expect(at(places, "C1")).toMatchObject({ size: 5, holds: false });
  expect(at(places, "V1").holds).toBe(true);
});

test("the same graph has the same places each time", () => {
  const asked = sketch("containment", building(3, 5, 4));
  expect(layOutContainment(asked)).toEqual(layOutContainment(asked));
});

test("a graph of nothing has no places", () => {
  expect(layOutContainment(sketch("containment", []))).toEqual([]);
});
