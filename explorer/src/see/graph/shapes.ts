// How far the shapes that twins are drawn in go from their middle.

/** In a direction of length 1, in radii. */
export function reach(shape: string, { x, y }: { x: number; y: number }): number {
  switch (shape) {
    case "square":
      return 1 / Math.max(Math.abs(x), Math.abs(y));
    case "diamond":
      return 0.7 / (Math.abs(x) + Math.abs(y));
    case "triangle":
      return 0.6; // About so, all around.
    default:
      return 1;
  }
}

export const FARTHEST = Math.SQRT2; // A corner of a square.
