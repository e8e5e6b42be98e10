import { expect, test } from "vitest";
import { contentCounts, wholesOf } from "../../src/see/graph/wholes";
import { building, CONTAINMENT, relationship, sketch } from "./building";

const wholes = (...written: [string, string, string][]) =>
  Object.fromEntries(
    wholesOf(
      written.map((one) => relationship(...one)),
      CONTAINMENT,
    ),
  );

test("what a twin is a part of comes before what it merely belongs to", () => {
  expect(wholes(["R1", "includedIn", "U1"], ["R1", "isPartOf", "L1"])).toEqual({ R1: "L1" });
  expect(wholes(["S1", "hostedBy", "C1"], ["S1", "isCapabilityOf", "V1"])).toEqual({ S1: "V1" });
});

test("of two wholes of a kind, a twin is drawn in the one farther down", () => {
  expect(
    wholes(
      ["S1", "isCapabilityOf", "Z1"],
      ["S1", "isCapabilityOf", "V1"],
      ["V1", "locatedIn", "R1"],
      ["R1", "isPartOf", "L1"],
      ["Z1", "isPartOf", "L1"],
    ),
  ).toMatchObject({ S1: "V1" });
});

test("relationships that are no containment put nothing into anything", () => {
  expect(wholes(["V1", "isFedBy", "A1"])).toEqual({});
});

test("circles are opened, and nothing is in itself", () => {
  const found = wholes(
    ["A", "isPartOf", "B"],
    ["B", "isPartOf", "C"],
    ["C", "isPartOf", "A"],
    ["D", "isPartOf", "D"],
  );
  expect(found).toEqual({ A: "B", B: "C" });
});

test("a chain as long as a graph is large is followed to its end", () => {
  const chain = Array.from({ length: 5_000 }, (_, index) =>
    relationship(`${index}`, "isPartOf", `${index + 1}`),
  );
  expect(wholesOf(chain, CONTAINMENT).size).toBe(5_000);
});

test("twins count what is in them at any depth", () => {
  const { edges } = sketch("containment", building(2, 3, 4));
  const counts = contentCounts(new Map(edges.map(({ source, target }) => [source, target])));
  expect(counts.get("B")).toBe(2 + 2 * 3 + 2 * 3 * 4);
  expect(counts.get("L0R0")).toBe(4);
  expect(counts.has("L0R0S0")).toBe(false);
});
