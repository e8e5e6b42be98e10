// A relationship as a line with an arrow, on a canvas: of the same shape as Sigma gives it.
import type { Coordinates } from "sigma/types";
import { reach } from "./shapes";

/** A twin, as one of its relationships meets it. In pixels. */
export interface End extends Coordinates {
  radius: number;
  shape: string;
}

/** How Sigma bends a relationship that is not the only one between two twins, or that leads to where it begins. */
export interface Bend {
  /** How far it goes aside, in parts of its length; 0 of a straight one. */
  curvature: number;
  /** How far a loop goes, in radii of its twin. */
  loopRadius: number;
}

interface Stroke {
  source: End;
  target: End;
  isLoop: boolean;
  width: number;
  bend: Bend;
}

/** What it is drawn by: points that bend it, and an arrow's tip and base. */
export interface Shape {
  through: Coordinates[];
  tip: Coordinates;
  base: Coordinates;
}

// In widths of the line.
export const ARROW = { length: 4, width: 3 };
// Where a loop leaves and comes back.
const LOOP_ANGLE = Math.PI / 4;
const LOOP_SPREAD = (80 * Math.PI) / 180;

/** In the colour that the canvas is set to. */
export function paintStroke(paper: OffscreenCanvasRenderingContext2D, stroke: Stroke): void {
  const shape = shapeOf(stroke);
  if (!shape) return;
  const { source, width } = stroke;
  const { through, tip, base } = shape;
  const [first, second] = through;
  paper.lineWidth = width;
  paper.beginPath();
  paper.moveTo(source.x, source.y);
  if (first && second) paper.bezierCurveTo(first.x, first.y, second.x, second.y, base.x, base.y);
  else if (first) paper.quadraticCurveTo(first.x, first.y, base.x, base.y);
  else paper.lineTo(base.x, base.y);
  paper.stroke();
  const aside = ARROW.width / ARROW.length / 2;
  const [x, y] = [(tip.x - base.x) * aside, (tip.y - base.y) * aside];
  paper.beginPath();
  paper.moveTo(tip.x, tip.y);
  paper.lineTo(base.x - y, base.y + x);
  paper.lineTo(base.x + y, base.y - x);
  paper.fill();
}

/** Up to the rim of its target; null of one that has no room. */
export function shapeOf({ source, target, isLoop, width, bend }: Stroke): Shape | null {
  const through = isLoop ? loop(source, bend) : arc(source, target, bend);
  const from = through.at(-1) ?? source;
  const length = Math.hypot(target.x - from.x, target.y - from.y);
  const [x, y] = [(from.x - target.x) / length, (from.y - target.y) / length];
  const rim = target.radius * reach(target.shape, { x, y });
  const arrow = ARROW.length * width;
  if (length <= rim + arrow) return null;
  const before = (pixels: number) => ({ x: target.x + x * pixels, y: target.y + y * pixels });
  return { through, tip: before(rim), base: before(rim + arrow) };
}

function arc(source: Coordinates, target: Coordinates, { curvature }: Bend): Coordinates[] {
  if (!curvature) return [];
  const [x, y] = [target.x - source.x, target.y - source.y];
  return [{ x: source.x + x / 2 + y * curvature, y: source.y + y / 2 - x * curvature }];
}

function loop({ x, y, radius }: End, { loopRadius }: Bend): Coordinates[] {
  const far = (loopRadius * radius) / (0.75 * Math.cos(LOOP_SPREAD / 2));
  return [LOOP_ANGLE - LOOP_SPREAD / 2, LOOP_ANGLE + LOOP_SPREAD / 2].map((angle) => ({
    x: x + far * Math.cos(angle),
    y: y - far * Math.sin(angle), // Pixels are counted downwards.
  }));
}
