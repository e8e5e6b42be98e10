// Where the processor draws, a large graph takes it many frames. There, while hands move, what has been drawn is moved as
// the picture it is, and drawn anew once they rest.
import type { CameraState, Coordinates } from "sigma/types";
import type { Painter } from "./emphasis";

const REST_MILLISECONDS = 250;

/** From where things were drawn to where they are. */
interface Shift {
  by: Coordinates;
  times: number;
}

export class Patience {
  readonly #painter: Painter;
  readonly #stage: HTMLElement;
  readonly #listening = new AbortController();
  readonly #drawSoon: () => Painter;
  #drawn: CameraState;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether drawing takes so long that it has to wait. */
  isNeeded = false;

  constructor(painter: Painter, container: HTMLElement) {
    this.#painter = painter;
    this.#stage = painter.getStageCanvas();
    this.#stage.style.transformOrigin = "0 0";
    this.#stage.style.willChange = "transform";
    this.#drawn = painter.getCamera().getState();
    this.#drawSoon = painter.scheduleRender.bind(painter);
    painter.scheduleRender = () => this.#wait();
    painter.on("afterRender", () => this.#begin());
    // Whoever looks around is about to do something.
    const options = { signal: this.#listening.signal, passive: true };
    container.addEventListener("pointermove", () => this.#timer && this.#wait(), options);
  }

  /** Draw at once what hands have not moved. */
  hurry(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#drawSoon();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#listening.abort();
  }

  #wait(): Painter {
    if (!this.isNeeded) return this.#drawSoon();
    this.#stage.style.transform = toCss(this.#shift());
    // Near enough for a moment: to compute what is between pixels takes the processor longer than a frame.
    this.#stage.style.imageRendering = "pixelated";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hurry(), REST_MILLISECONDS);
    return this.#painter;
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#drawn = this.#painter.getCamera().getState();
    this.#stage.style.transform = "";
    this.#stage.style.imageRendering = "";
  }

  #shift(): Shift {
    const middle = { x: 0.5, y: 0.5 };
    const before = this.#painter.framedGraphToViewport(middle, { cameraState: this.#drawn });
    const now = this.#painter.framedGraphToViewport(middle);
    const times = this.#drawn.ratio / this.#painter.getCamera().getState().ratio;
    return { by: { x: now.x - times * before.x, y: now.y - times * before.y }, times };
  }
}

function toCss({ by, times }: Shift): string {
  // Whole pixels are copied, parts of them computed.
  if (times === 1) return `translate(${Math.round(by.x)}px, ${Math.round(by.y)}px)`;
  return `translate(${by.x}px, ${by.y}px) scale(${times})`;
}
