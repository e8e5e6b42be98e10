import { expect, test } from "vitest";
import { type Box, boxOf, carried, WHOLE } from "../../src/see/graph/frame";

const SCREEN = { width: 900, height: 600 };

/** Where a camera shows a point of the graph, in lengths of the frame from the middle of the screen. */
function seen(point: { x: number; y: number }, camera: typeof WHOLE, { x, y }: Box) {
  const length = Math.max(x[1] - x[0], y[1] - y[0]);
  const framed = (value: number, [from, to]: [number, number]) => 0.5 + (value - (from + to) / 2) / length;
  return {
    x: (framed(point.x, x) - camera.x) / camera.ratio,
    y: (framed(point.y, y) - camera.y) / camera.ratio,
  };
}

test("a box holds all places with their sizes, in the shape of the screen", () => {
  const box = boxOf(
    [
      { x: 0, y: 0, size: 10 },
      { x: 100, y: 2_000, size: 50 },
    ],
    SCREEN,
  );
  expect(box.y).toEqual([-10, 2_050]);
  expect((box.x[1] - box.x[0]) / (box.y[1] - box.y[0])).toBeCloseTo(1.5);
  expect((box.x[0] + box.x[1]) / 2).toBeCloseTo(70);
});

test("around nothing, and around one twin, there is room", () => {
  for (const places of [[], [{ x: 5, y: 5, size: 4 }]]) {
    const { x, y } = boxOf(places, SCREEN);
    expect(x[1] - x[0]).toBeGreaterThan(100);
    expect(y[1] - y[0]).toBeGreaterThan(100);
  }
});

test("whoever looks at something goes on looking at it when the box changes", () => {
  const small = boxOf([{ x: 0, y: 0, size: 100 }], SCREEN);
  const large = boxOf(
    [
      { x: 0, y: 0, size: 100 },
      { x: 3_000, y: -700, size: 9 },
    ],
    SCREEN,
  );
  const camera = { ...WHOLE, x: 0.3, y: 0.8, ratio: 0.4 };
  const after = carried(camera, small, large);
  for (const point of [
    { x: 0, y: 0 },
    { x: 120, y: -40 },
  ]) {
    expect(seen(point, after, large).x).toBeCloseTo(seen(point, camera, small).x);
    expect(seen(point, after, large).y).toBeCloseTo(seen(point, camera, small).y);
  }
  expect(carried(after, large, small).ratio).toBeCloseTo(camera.ratio);
});
