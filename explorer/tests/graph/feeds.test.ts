import { expect, test } from "vitest";
import { flowsIn, layOutFeeds } from "../../src/see/graph/layouts/feeds";
import { sketch } from "./building";

const WRITTEN = [
  "AHU isFedBy CHILLER",
  "VAV1 isFedBy AHU",
  "VAV2 isFedBy AHU",
  "VAV1 serves ZONE1",
  "ZONE1 isFedBy VAV1",
  "VAV2 serves ZONE2",
  "S1 isCapabilityOf VAV1",
];

test("what feeds and what is fed is read from relationships in both directions, each pair once", () => {
  const flows = flowsIn(sketch("feeds", WRITTEN).edges);
  expect(flows.get("AHU")).toEqual(new Set(["VAV1", "VAV2"]));
  expect(flows.get("VAV1")).toEqual(new Set(["ZONE1"]));
  expect(flows.has("S1")).toBe(false);
});

test("sources stand left of what they feed, and what is in no flow below all that is", () => {
  const asked = sketch("feeds", WRITTEN, ["ROOM"]);
  const places = layOutFeeds(asked);
  const at = (id: string) => places[asked.nodes.findIndex((node) => node.id === id)] ?? { x: NaN, y: NaN };
  const order = ["CHILLER", "AHU", "VAV1", "ZONE1"].map((id) => at(id).x);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(new Set(order).size).toBe(4);
  for (const id of ["S1", "ROOM"])
    for (const fed of ["CHILLER", "ZONE2"]) expect(at(id).y).toBeLessThan(at(fed).y);
});

test("no two are in one place, however many there are in a layer", () => {
  const many = Array.from({ length: 300 }, (_, index) => `V${index} isFedBy AHU`);
  const places = layOutFeeds(sketch("feeds", [...many, "PUMP feeds VALVE"], ["A", "B", "C"]));
  expect(new Set(places.map(({ x, y }) => `${x.toFixed(3)} ${y.toFixed(3)}`)).size).toBe(places.length);
});

test("a graph without flows is all aside, and one of nothing has no places", () => {
  expect(layOutFeeds(sketch("feeds", ["R1 isPartOf L1"]))).toHaveLength(2);
  expect(layOutFeeds(sketch("feeds", []))).toEqual([]);
});
