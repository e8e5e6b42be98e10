// The box that a whole graph is in, so that it can be looked at as a whole.
import type { Place } from "./layouts/sketch";

export interface Box {
  x: [number, number];
  y: [number, number];
}

const SMALLEST = 160; // A few twins need not fill the screen.

/** The box around these places. */
export function boxOf(places: Iterable<Pick<Place, "x" | "y" | "size">>): Box {
  const box: Box = { x: [Infinity, -Infinity], y: [Infinity, -Infinity] };
  for (const { x, y, size } of places) {
    box.x = [Math.min(box.x[0], x - size), Math.max(box.x[1], x + size)];
    box.y = [Math.min(box.y[0], y - size), Math.max(box.y[1], y + size)];
  }
  return { x: atLeast(box.x), y: atLeast(box.y) };
}

function atLeast([from, to]: [number, number]): [number, number] {
  if (from > to) return [-SMALLEST / 2, SMALLEST / 2];
  const missing = Math.max(0, SMALLEST - (to - from)) / 2;
  return [from - missing, to + missing];
}
