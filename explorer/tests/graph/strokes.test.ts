import { expect, test } from "vitest";
import { ARROW, type End, shapeOf } from "../../src/see/graph/strokes";

const STRAIGHT = { curvature: 0, loopRadius: 4 };

function end(x: number, y: number, shape = "circle"): End {
  return { x, y, radius: 10, shape };
}

test("a line ends with its arrow at the rim of its target", () => {
  const stroke = { source: end(0, 0), target: end(100, 0), isLoop: false, width: 2, bend: STRAIGHT };
  const base = 90 - 2 * ARROW.length;
  expect(shapeOf(stroke)).toEqual({ through: [], tip: { x: 90, y: 0 }, base: { x: base, y: 0 } });
});

test("a corner of a square is farther out than a side, and that of a diamond less far than its rim were it round", () => {
  const tip = (shape: string) =>
    shapeOf({ source: end(0, 0), target: end(70, 70, shape), isLoop: false, width: 1, bend: STRAIGHT })?.tip;
  expect(tip("square")?.x).toBeCloseTo(60);
  expect(tip("diamond")?.x).toBeCloseTo(70 - 10 * 0.35);
});

test("two lines between the same twins bend to opposite sides", () => {
  const through = (curvature: number) =>
    shapeOf({
      source: end(0, 0),
      target: end(100, 0),
      isLoop: false,
      width: 1,
      bend: { ...STRAIGHT, curvature },
    })?.through;
  expect(through(0.25)).toEqual([{ x: 50, y: -25 }]);
  expect(through(-0.25)).toEqual([{ x: 50, y: 25 }]);
});

test("a loop leaves its twin to the upper right and comes back to its rim", () => {
  const shape = shapeOf({ source: end(0, 0), target: end(0, 0), isLoop: true, width: 1, bend: STRAIGHT });
  expect(shape?.through).toHaveLength(2);
  for (const { x, y } of shape?.through ?? []) expect([x > 0, y < 0]).toEqual([true, true]);
  expect(Math.hypot(shape?.tip.x ?? 0, shape?.tip.y ?? 0)).toBeCloseTo(10);
});

test("where twins touch, nothing is between them", () => {
  expect(
    shapeOf({ source: end(0, 0), target: end(12, 0), isLoop: false, width: 1, bend: STRAIGHT }),
  ).toBeNull();
});
