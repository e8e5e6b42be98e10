import { expect, test } from "vitest";
import { sourcesIn } from "../src/change/keeping";

test("what stands before a known name is most likely the source of a relationship", () => {
  expect(sourcesIn("A_1_isPartOf_B_2", ["isPartOf", "isFedBy"])).toEqual([
    "A_1",
    "A",
    "A_1_isPartOf",
    "A_1_isPartOf_B",
  ]);
});

test("names in ids of twins and names that nobody knows leave every beginning to be tried", () => {
  expect(sourcesIn("A_isPartOf_B_isPartOf_C", ["isPartOf"]).slice(0, 2)).toEqual(["A", "A_isPartOf_B"]);
  expect(sourcesIn("A_feeds_B", [])).toEqual(["A", "A_feeds"]);
});
