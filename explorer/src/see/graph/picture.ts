// What was drawn, and is moved as the picture it is until it is drawn anew.
import type { CameraState, Coordinates } from "sigma/types";
import type { Painter } from "./emphasis";

/** From where something was drawn to where it is, in pixels. */
export interface Shift {
  by: Coordinates;
  times: number;
}

/** Since the camera was there. */
export function shiftSince(drawn: CameraState, painter: Painter): Shift {
  const middle = { x: 0.5, y: 0.5 };
  const before = painter.framedGraphToViewport(middle, { cameraState: drawn });
  const now = painter.framedGraphToViewport(middle);
  const times = drawn.ratio / painter.getCamera().getState().ratio;
  return { by: { x: now.x - times * before.x, y: now.y - times * before.y }, times };
}

export class Picture {
  readonly #painter: Painter;
  readonly #canvas: HTMLCanvasElement;
  #drawn: CameraState;

  constructor(painter: Painter) {
    this.#painter = painter;
    this.#canvas = painter.getStageCanvas();
    this.#drawn = painter.getCamera().getState();
    this.#canvas.style.transformOrigin = "0 0";
    this.#canvas.style.willChange = "transform";
  }

  /** It has been drawn where it is. */
  settle(): void {
    this.#drawn = this.#painter.getCamera().getState();
    this.#canvas.style.transform = "";
    this.#canvas.style.imageRendering = "";
  }

  /** Lay it where the camera sees it now. */
  follow(): void {
    this.#canvas.style.transform = toCss(shiftSince(this.#drawn, this.#painter));
    // Near enough for a moment: to compute what is between pixels takes the processor longer than a frame.
    this.#canvas.style.imageRendering = "pixelated";
  }
}

function toCss({ by, times }: Shift): string {
  // Whole pixels are copied, parts of them computed.
  if (times === 1) return `translate(${Math.round(by.x)}px, ${Math.round(by.y)}px)`;
  return `translate(${by.x}px, ${by.y}px) scale(${times})`;
}
