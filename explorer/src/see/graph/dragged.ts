// A twin that is dragged over a drawing that stands still meanwhile: the twin, and lines to what it is related to.
import type { Coordinates } from "sigma/types";

const SVG = "http://www.w3.org/2000/svg";

const ROOM = 1; // Pixels, for half of what its rim and its lines are wide.

export class Dragged {
  readonly #element = document.createElementNS(SVG, "svg");
  readonly #lines = document.createElementNS(SVG, "path");
  readonly #mark = document.createElementNS(SVG, "circle");
  #isHeld = false;

  constructor(container: HTMLElement) {
    this.#element.classList.add("graph-dragged");
    this.#element.append(this.#lines, this.#mark);
    container.append(this.#element);
  }

  /** In pixels of the container. */
  hold(at: Coordinates, look: { radius: number; color: string }, ends: readonly Coordinates[]): void {
    this.#lines.setAttribute("d", ends.map(({ x, y }) => `M${at.x} ${at.y}L${x} ${y}`).join(""));
    this.#mark.setAttribute("cx", String(at.x));
    this.#mark.setAttribute("cy", String(at.y));
    this.#mark.setAttribute("r", String(look.radius));
    this.#mark.setAttribute("fill", look.color);
    this.#frame();
    this.#element.classList.add("shown");
    this.#isHeld = true;
  }

  /** No larger than what is on it: all of it is painted anew in each frame. */
  #frame(): void {
    const { x, y, width, height } = this.#element.getBBox();
    const [left, top] = [Math.floor(x - ROOM), Math.floor(y - ROOM)];
    const [across, down] = [Math.ceil(width + 2 * ROOM) + 1, Math.ceil(height + 2 * ROOM) + 1];
    this.#element.setAttribute("viewBox", `${left} ${top} ${across} ${down}`);
    const style = { left: `${left}px`, top: `${top}px`, width: `${across}px`, height: `${down}px` };
    Object.assign(this.#element.style, style);
  }

  drop(): void {
    this.#isHeld = false;
  }

  /** Once what was dropped is drawn where it is. */
  hideDropped(): void {
    if (!this.#isHeld) this.#element.classList.remove("shown");
  }
}
