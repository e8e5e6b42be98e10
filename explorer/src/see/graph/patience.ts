// Where the processor draws, a large graph takes it many frames. There, while hands move, what has been drawn is moved as
// the picture it is, and drawn anew once they rest; relationships by themselves, some at a time.
import type { Painter } from "./emphasis";
import type { Drawn } from "./glide";
import { Lines } from "./lines";
import { Picture } from "./picture";

const REST_MILLISECONDS = 250;

export class Patience {
  readonly #painter: Painter;
  readonly #lines: Lines;
  readonly #picture: Picture;
  readonly #listening = new AbortController();
  readonly #drawSoon: () => Painter;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #areLinesDrawn = false;

  constructor(painter: Painter, graph: Drawn, container: HTMLElement) {
    this.#painter = painter;
    this.#lines = new Lines(painter, graph);
    this.#picture = new Picture(painter);
    this.#drawSoon = painter.scheduleRender.bind(painter);
    painter.scheduleRender = () => this.#wait();
    painter.on("beforeRender", () => this.#endWait());
    painter.on("afterRender", () => this.#settle());
    // Whoever looks around is about to do something.
    const options = { signal: this.#listening.signal, passive: true };
    container.addEventListener("pointermove", () => this.#timer && this.#wait(), options);
  }

  /** Whether drawing takes so long that it has to wait. */
  get isNeeded(): boolean {
    return this.#lines.areApart;
  }

  set isNeeded(is: boolean) {
    this.#lines.areApart = is;
  }

  /** Draw at once what hands have not moved. */
  hurry(): void {
    this.#areLinesDrawn = false;
    this.#lines.stop();
    this.#endWait();
    this.#drawSoon();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#lines.stop();
    this.#listening.abort();
  }

  #wait(): Painter {
    if (!this.isNeeded) return this.#drawSoon();
    this.#lines.stop();
    this.#picture.follow();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hurry(), REST_MILLISECONDS);
    return this.#painter;
  }

  #endWait(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #settle(): void {
    this.#picture.settle();
    // Where another twin has come under the pointer by this, there is more to draw, and no use in lines as they were.
    if (this.#areLinesDrawn || this.#timer) return;
    this.#lines.draw(() => {
      this.#areLinesDrawn = true;
      this.#drawSoon();
    });
  }
}
