import { expect, test } from "vitest";
import { FARTHEST, reach } from "../../src/see/graph/shapes";

const ASIDE = { x: 1, y: 0 };
const SLANTED = { x: -Math.SQRT1_2, y: Math.SQRT1_2 };

test("a circle goes equally far everywhere, a square farther at its corners, a diamond less far between them", () => {
  expect([reach("circle", ASIDE), reach("circle", SLANTED)]).toEqual([1, 1]);
  expect(reach("square", ASIDE)).toBe(1);
  expect(reach("square", SLANTED)).toBeCloseTo(FARTHEST);
  expect(reach("diamond", SLANTED)).toBeLessThan(reach("diamond", ASIDE));
});
