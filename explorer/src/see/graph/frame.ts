// The box that a whole graph is in, as Sigma frames it: its camera says where in this box one looks, and how closely.
import type { CameraState, Dimensions } from "sigma/types";
import type { Place } from "./layouts/sketch";

export interface Box {
  x: [number, number];
  y: [number, number];
}

/** To look at all of the box. */
export const WHOLE: CameraState = { x: 0.5, y: 0.5, ratio: 1, angle: 0 };

const SMALLEST = 160; // A few twins need not fill the screen.

/** The box around these places, of the shape of the screen: so boxes differ in what is in them alone. */
export function boxOf(places: Iterable<Pick<Place, "x" | "y" | "size">>, { width, height }: Dimensions): Box {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y, size } of places) {
    left = Math.min(left, x - size);
    right = Math.max(right, x + size);
    bottom = Math.min(bottom, y - size);
    top = Math.max(top, y + size);
  }
  if (left > right) [left, right, bottom, top] = [0, 0, 0, 0];
  const shape = width / height;
  const across = Math.max(right - left, (top - bottom) * shape, SMALLEST * Math.max(1, shape));
  const around = (from: number, to: number, length: number): [number, number] => {
    const middle = (from + to) / 2;
    return [middle - length / 2, middle + length / 2];
  };
  return { x: around(left, right, across), y: around(bottom, top, across / shape) };
}

/** The camera that sees in one box what another sees in another. */
export function carried({ x, y, ratio, angle }: CameraState, from: Box, to: Box): CameraState {
  const [before, after] = [lengthOf(from), lengthOf(to)];
  const across = (part: number, [a, b]: [number, number], [c, d]: [number, number]) =>
    0.5 + ((a + b) / 2 + (part - 0.5) * before - (c + d) / 2) / after;
  return {
    x: across(x, from.x, to.x),
    y: across(y, from.y, to.y),
    ratio: (ratio * before) / after,
    angle,
  };
}

/** Of its longer side, by which Sigma measures. */
function lengthOf({ x, y }: Box): number {
  return Math.max(x[1] - x[0], y[1] - y[0]);
}
