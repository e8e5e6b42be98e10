// Relationships as the processor draws them: on a sheet beneath the twins, some in each frame, for all at once would take it
// many. Where a graphics card draws, and where they are few, Sigma draws them.
import type { CameraState, EdgeDisplayData } from "sigma/types";
import type { Painter } from "./emphasis";
import type { Drawn } from "./glide";
import { shiftSince } from "./picture";
import { Sheet } from "./sheet";
import { type Bend, type End, paintStroke } from "./strokes";

const LAYERS = ["edges", "topEdges"]; // Of Sigma: those that stand out are above the others.
export const FEW = 300; // So many Sigma draws in a frame.
const AT_ONCE = 600; // As many as a few milliseconds are enough for.

/**
 * What of Sigma says which relationships it draws, by layers, and how each looks; it does not declare this. What it does
 * declare copies each look, which takes longer than to draw it.
 */
interface Layered {
  depthRanges: { edges: Partial<Record<string, { count: number }[]>> };
  internals: { edgeDataCache: Partial<Record<string, EdgeDisplayData & Bend>> };
}

type Paper = OffscreenCanvasRenderingContext2D;

/** What has been drawn, and where the camera was. */
interface Laid {
  sheet: Sheet;
  camera: CameraState;
}

export class Lines {
  readonly #painter: Painter;
  readonly #graph: Drawn;
  #sheet: Sheet | null = null;
  #laid: Laid | null = null;
  /** The layers that Sigma leaves to this. */
  #layers: string[] = [];
  #frame = 0;
  #areApart = false;

  constructor(painter: Painter, graph: Drawn) {
    this.#painter = painter;
    this.#graph = graph;
    this.#takeFrom(painter);
  }

  /** Whether they are drawn by this. */
  get areApart(): boolean {
    return this.#areApart;
  }

  set areApart(are: boolean) {
    this.#areApart = are;
    this.#laid = null;
    if (!are || this.#sheet) return;
    // After a graphics context was lost, there is another.
    this.#painter.addCustomLayerProgram("lines", "edges", (gl) => {
      const sheet = new Sheet(gl);
      this.#sheet = sheet;
      return { render: () => this.#render(), kill: () => sheet.kill() };
    });
  }

  /** Draw them as Sigma has just drawn the twins. What was drawn before is shown until `then`, when all are there. */
  draw(then: () => void): void {
    this.stop();
    if (!this.#areApart) return;
    const camera = this.#painter.getCamera().getState();
    const paper = this.#paper();
    const edges = this.#graph.edges();
    const left = this.#layers.flatMap((layer) => edges.map((edge) => ({ edge, layer })));
    const ends = new Map<string, End>();
    let done = 0;
    const step = () => {
      for (const { edge, layer } of left.slice(done, done + AT_ONCE)) this.#paint(paper, edge, layer, ends);
      paper.getImageData(0, 0, 1, 1); // Else it only notes what to paint, and paints all of it at the end.
      done += AT_ONCE;
      if (done < left.length) {
        this.#frame = requestAnimationFrame(step);
        return;
      }
      this.#sheet?.lay(paper.canvas);
      this.#laid = this.#sheet && { sheet: this.#sheet, camera };
      then();
    };
    this.#frame = requestAnimationFrame(step);
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
  }

  /** Have Sigma not draw them. */
  #takeFrom(painter: Painter): void {
    const { depthRanges } = painter as unknown as Layered;
    const taken: Layered["depthRanges"]["edges"] = {};
    painter.on("afterTexturesUpload", () => {
      const ranges = depthRanges.edges;
      const isMuch = (layer: string) =>
        (ranges[layer] ?? []).reduce((sum, { count }) => sum + count, 0) > FEW;
      this.#layers = this.#areApart ? LAYERS.filter(isMuch) : [];
      for (const layer of this.#layers) {
        taken[layer] = ranges[layer];
        // But one at first: what draws them is prepared then, which takes up to a second, and ready when some stand out.
        const [range] = ranges[layer] ?? [];
        ranges[layer] = range && !this.#laid ? [{ ...range, count: 1 }] : [];
      }
    });
    painter.on("afterRender", () => {
      for (const layer of this.#layers) depthRanges.edges[layer] = taken[layer];
    });
  }

  #render(): void {
    if (!this.#laid || !this.#areApart) return;
    const { by, times } = shiftSince(this.#laid.camera, this.#painter);
    const pixels = window.devicePixelRatio;
    this.#laid.sheet.draw({ by: { x: by.x * pixels, y: by.y * pixels }, times });
  }

  #paper(): Paper {
    const { width, height } = this.#painter.getDimensions();
    const pixels = window.devicePixelRatio;
    const canvas = new OffscreenCanvas(Math.ceil(width * pixels) || 1, Math.ceil(height * pixels) || 1);
    const paper = canvas.getContext("2d", { willReadFrequently: true }) as Paper;
    paper.scale(pixels, pixels);
    return paper;
  }

  /** `ends`: those that have been looked up. */
  #paint(paper: Paper, edge: string, layer: string, ends: Map<string, End>): void {
    const painter = this.#painter;
    const look = (painter as unknown as Layered).internals.edgeDataCache[edge];
    if (look?.visibility !== "visible" || look.depth !== layer) return;
    const [source, target] = this.#graph.extremities(edge).map((id) => {
      const end = ends.get(id) ?? this.#end(id);
      ends.set(id, end);
      return end;
    }) as [End, End];
    // Sigma takes a size for a radius, and a line's for twice its width.
    const width = Math.max(painter.scaleSize(look.size), painter.getSetting("minEdgeThickness")) / 2;
    paper.strokeStyle = paper.fillStyle = look.color;
    paper.globalAlpha = look.opacity;
    paintStroke(paper, { source, target, isLoop: source === target, width, bend: look });
  }

  #end(id: string): End {
    const { x, y, size, shape } = this.#graph.getNodeAttributes(id);
    return { ...this.#painter.graphToViewport({ x, y }), radius: this.#painter.scaleSize(size), shape };
  }
}
