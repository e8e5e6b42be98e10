import { expect, test } from "vitest";
import { layOutForce } from "../../src/see/graph/layouts/force";
import type { Place, Sketch } from "../../src/see/graph/layouts/sketch";
import { building, sketch } from "./building";

const apart = (a: Place | undefined, b: Place | undefined) =>
  a && b ? Math.hypot(a.x - b.x, a.y - b.y) : Number.NaN;

test("twins that are related come to stand nearer to each other than twins that are not", () => {
  const asked = sketch("force", building(4, 5, 3));
  const places = layOutForce(asked);
  const index = new Map(asked.nodes.map(({ id }, at) => [id, at]));
  const between = (a: string, b: string) => apart(places[index.get(a) ?? -1], places[index.get(b) ?? -1]);
  const mean = (all: number[]) => all.reduce((sum, one) => sum + one, 0) / all.length;
  const related = mean(asked.edges.map(({ source, target }) => between(source, target)));
  const all = mean(asked.nodes.flatMap(({ id: a }) => asked.nodes.map(({ id: b }) => between(a, b))));
  expect(related).toBeLessThan(all / 3);
});

test("in the end no two overlap", () => {
  const places = layOutForce(sketch("force", building(3, 4, 3), ["alone"]));
  places.forEach((a, index) => {
    for (const b of places.slice(index + 1)) expect(apart(a, b)).toBeGreaterThan((a.size + b.size) * 0.8);
  });
});

test("what is in place stays there, and what is new comes to stand beside what it is related to", () => {
  const asked = sketch("force", ["S1 isCapabilityOf V1", "S2 isCapabilityOf V1", "V1 locatedIn R1"]);
  const grown: Sketch = {
    ...asked,
    keeps: true,
    nodes: asked.nodes.map((node) =>
      node.id === "V1"
        ? { ...node, at: { x: 300, y: 40 } }
        : node.id === "R1"
          ? { ...node, at: { x: 0, y: 0 } }
          : node,
    ),
  };
  const places = layOutForce(grown);
  const at = (id: string) => places[grown.nodes.findIndex((node) => node.id === id)];
  expect(at("V1")).toMatchObject({ x: 300, y: 40 });
  expect(at("R1")).toMatchObject({ x: 0, y: 0 });
  expect(apart(at("S1"), at("V1"))).toBeLessThan(120);
});

test("the same graph has the same places each time", () => {
  const asked = sketch("force", building(2, 3, 2));
  expect(layOutForce(asked)).toEqual(layOutForce(asked));
});

test("a graph of nothing has no places, and one twin stands in the middle", () => {
  expect(layOutForce(sketch("force", []))).toEqual([]);
  const [only] = layOutForce(sketch("force", [], ["A"]));
  expect(Math.hypot(only?.x ?? 9, only?.y ?? 9)).toBeLessThan(1);
});
