import { expect, test } from "vitest";
import { Ontology } from "../../src/models/ontology";
import { contentOf } from "../../src/see/graph/content";
import { figuresOf } from "../../src/see/graph/figures";
import { Groups } from "../../src/see/graph/groups";
import { CONTAINMENT, twin } from "./building";

const drawn = (...twins: ReturnType<typeof twin>[]) =>
  figuresOf(contentOf(twins, [], []), new Groups(new Ontology([])), CONTAINMENT);

test("figures come group by group, and by name as people count", () => {
  const { all } = drawn(twin("R10", "Zone"), twin("R9", "Zone"), twin("Z1", "Space"));
  expect(all.map(({ id }) => id)).toEqual(["Z1", "R9", "R10"]);
});

test("the more is in a twin, the larger it is", () => {
  const { all } = drawn(
    twin("B", "Space"),
    twin("L", "Space", { isPartOf: ["B"] }),
    twin("R", "Space", { isPartOf: ["L"] }),
  );
  const sizes = ["B", "L", "R"].map((id) => all.find((figure) => figure.id === id)?.size ?? 0);
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
});

test("inside what it is in, a twin goes without that name", () => {
  const { all } = drawn(
    twin("VAV-7", "Equipment"),
    twin("VAV-7 Damper", "Actuator", { isCapabilityOf: ["VAV-7"] }),
    twin("Lamp", "Equipment", { isPartOf: ["VAV-7"] }),
  );
  expect(Object.fromEntries(all.map(({ id, short }) => [id, short]))).toEqual({
    "VAV-7": "VAV-7",
    "VAV-7 Damper": "Damper",
    Lamp: "Lamp",
  });
});

test("what a twin is drawn in is containment, and what else it belongs to is another matter", () => {
  const { ties } = drawn(
    twin("V", "Equipment"),
    twin("C", "Equipment"),
    twin("S", "Sensor", { isCapabilityOf: ["V"], hostedBy: ["C"], isFedBy: ["V"], manufacturedBy: ["C"] }),
  );
  expect(Object.fromEntries(ties.map(({ name, kind }) => [name, kind]))).toEqual({
    isCapabilityOf: "containment",
    hostedBy: "other",
    isFedBy: "feed",
    manufacturedBy: "other",
  });
});
