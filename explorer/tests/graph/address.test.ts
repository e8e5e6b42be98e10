import { expect, test } from "vitest";
import { EVERYTHING } from "../../src/view/query";
import { fromHash, GRAPH, type GraphView, toHash } from "../../src/view/view";

test("an address brings back the graph, with the query it began with and the steps since, in their order", () => {
  const view: GraphView = {
    page: "graph",
    ids: ["A&B", "C/D"],
    query: { ...EVERYTHING, text: "fan", location: "B1", models: ["dtmi:com:willowinc:Fan;1"] },
    steps: [
      { kind: "expand", id: "X" },
      { kind: "remove", id: "Y" },
      { kind: "expand", id: "Z" },
    ],
    layout: "feeds",
  };
  expect(fromHash(toHash(view))).toEqual(view);
});

test("a graph of everything has the shortest address", () => {
  expect(toHash(GRAPH)).toBe("#/graph");
  expect(fromHash("#/graph")).toEqual(GRAPH);
});
