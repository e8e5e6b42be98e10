// The graph as it is drawn: a canvas that Sigma paints, and what people do on it.
import { MultiDirectedGraph } from "graphology";
import Sigma from "sigma";
import type { CameraState } from "sigma/types";
import { Dragged } from "./dragged";
import { emphasize, type Hidden, type Painter } from "./emphasis";
import type { Figures } from "./figures";
import { type Box, boxOf, carried, WHOLE } from "./frame";
import { type Drawn, GLIDE_MILLISECONDS, glide, isStill } from "./glide";
import type { Hands } from "./hands";
import { isDrawnInSoftware } from "./hardware";
import type { Place } from "./layouts/sketch";
import { FEW } from "./lines";
import {
  type Brush,
  EDGE_STATE,
  type EdgeLook,
  edgeLook,
  NODE_STATE,
  type NodeLook,
  nodeLook,
} from "./looks";
import { readPaint } from "./paint";
import { Patience } from "./patience";
import { findByPlace } from "./pointing";
import { primitives, styles } from "./styles";

/** As much of it as is done on the canvas. */
type DrawnHands = Pick<Hands, "select" | "expand">;

/** What a drawing leaves to the one after it. */
export interface Kept {
  places: ReadonlyMap<string, Place>;
  box: Box;
  camera: CameraState;
}

const SMALL = 80; // Of so few twins, all names are shown that have room.
const DRAWN_MAX = { card: 15_000, software: FEW }; // With more relationships, drawing takes longer than a frame.
const EDGE_PIXELS = 30; // Nearer to the edge, something is as good as out of view.

export class Drawing {
  readonly #graph: Drawn = new MultiDirectedGraph<NodeLook, EdgeLook>();
  readonly #sigma: Painter;
  readonly #resizing: ResizeObserver;
  readonly #drawnMax: number;
  readonly #patience: Patience;
  readonly #dragged: Dragged;
  #before: ReadonlyMap<string, Place>;
  #box: Box;
  #hidden: Hidden = { groups: new Set(), kinds: new Set() };
  #selected: string | null = null;
  #pointed: string | null = null;
  #brush: Brush;
  #stopGlide: () => void = () => {};

  /** `kept`: what the drawing before this one has left. */
  constructor(container: HTMLElement, hands: DrawnHands, options: { isDark: boolean; kept: Kept | null }) {
    this.#brush = { paint: readPaint(), isDark: options.isDark, isNested: false };
    this.#before = options.kept?.places ?? new Map();
    this.#box = options.kept?.box ?? boxOf([], { width: 1, height: 1 });
    const milliseconds = isStill() ? 0 : 200;
    this.#sigma = new Sigma(this.#graph, container, {
      primitives: primitives(),
      styles: styles(this.#brush.paint),
      customNodeState: NODE_STATE,
      customEdgeState: EDGE_STATE,
      settings: {
        allowInvalidContainer: true, // While it is not shown.
        enableCameraRotation: false,
        enableNodeDrag: true,
        itemSizesReference: "positions",
        zoomToSizeRatioFunction: (ratio) => this.#shrinking(ratio),
        minEdgeThickness: 0.5,
        stagePadding: 55,
        labelGridCellSize: 210, // As wide as most names are, so that few stand over each other.
        labelDensity: 0.7,
        renderEdgeLabels: true,
        zoomDuration: milliseconds,
        inertiaDuration: milliseconds,
        ...(isStill() && { inertiaRatio: 0 }), // Else what is let go in motion would jump, in place of sliding.
        doubleClickZoomingDuration: milliseconds,
      },
    }) as Painter;
    this.#sigma.setCustomBBox(this.#box);
    this.#sigma.getCamera().setState(options.kept?.camera ?? WHOLE);
    this.#resizing = new ResizeObserver(() => this.#sigma.scheduleRender());
    this.#resizing.observe(container);
    const isSoft = isDrawnInSoftware(this.#sigma.getWebGLContext());
    this.#drawnMax = isSoft ? DRAWN_MAX.software : DRAWN_MAX.card;
    this.#patience = new Patience(this.#sigma, this.#graph, container);
    findByPlace(this.#sigma, this.#graph, () => this.#pointed);
    this.#dragged = new Dragged(container);
    this.#listen(hands);
  }

  #listen(hands: DrawnHands): void {
    const sigma = this.#sigma;
    sigma.on("clickNode", ({ node }) => hands.select(node));
    sigma.on("clickStage", () => hands.select(null));
    sigma.on("doubleClickNode", ({ node, preventSigmaDefault }) => {
      preventSigmaDefault();
      hands.expand(node);
    });
    sigma.on("enterNode", ({ node }) => this.#point(node));
    sigma.on("leaveNode", () => this.#point(null));
    sigma.on("nodeDragStart", ({ node, preventSigmaDefault }) => {
      // Who drags a place that others are in looks around in it.
      if (this.#holds(node)) preventSigmaDefault();
      else this.#stopGlide();
    });
    for (const up of ["upStage", "upNode"] as const) sigma.on(up, () => this.#endDrag());
    sigma.on("nodeDrag", ({ node }) => this.#patience.isNeeded && this.#drag(node));
    sigma.on("nodeDragEnd", () => {
      this.#dragged.drop();
      this.#patience.hurry();
    });
    sigma.on("afterRender", () => this.#dragged.hideDropped());
  }

  /** A drag is not the first click of two, though Sigma counts it so after this. */
  #endDrag(): void {
    const captor = this.#sigma.getMouseCaptor();
    if (captor.draggedEvents >= this.#sigma.getSetting("draggedEventsTolerance")) captor.clicks = -1;
  }

  #drag(id: string): void {
    const { color, size, ...at } = this.#graph.getNodeAttributes(id);
    const ends = this.#graph.mapNeighbors(id, (_, end) => this.#sigma.graphToViewport(end));
    const look = { color, radius: this.#sigma.scaleSize(size) };
    this.#dragged.hold(this.#sigma.graphToViewport(at), look, ends);
  }

  /** Draw no more. */
  kill(): Kept {
    this.#stopGlide();
    this.#patience.stop();
    this.#resizing.disconnect();
    const kept = { places: this.places, box: this.#box, camera: this.#sigma.getCamera().getState() };
    this.#sigma.kill();
    return kept;
  }

  /** Where all is that is drawn; before that, where it was in the drawing before. */
  get places(): ReadonlyMap<string, Place> {
    if (!this.#graph.order) return this.#before;
    return new Map(this.#graph.mapNodes((id, { x, y, size, holds }) => [id, { x, y, size, holds }]));
  }

  /** Whether it is wanted, and fast enough, to show how things move. */
  get isAgile(): boolean {
    return !isStill() && !this.#patience.isNeeded;
  }

  /** Where a twin is; null where it is not drawn. */
  at(id: string): { x: number; y: number } | null {
    if (!this.#graph.hasNode(id)) return null;
    const { x, y } = this.#graph.getNodeAttributes(id);
    return { x, y };
  }

  /**
   * Draw these and no others. What is there stays; what is new begins where something is that it is related to.
   * `isNested`: whether they will be drawn as circles in circles.
   */
  draw({ all, ties }: Figures, { isNested }: { isNested: boolean }): void {
    this.#brush = { ...this.#brush, isNested };
    const before = this.places;
    const beside = new Map<string, Place>();
    for (const { source, target } of ties) {
      const [from, to] = [before.get(source), before.get(target)];
      if (from) beside.set(target, from);
      if (to) beside.set(source, to);
    }
    this.#dragged.drop();
    // All anew: for each node that is dropped Sigma would look at all others, and it drags in its first graph only.
    this.#graph.clear();
    for (const { id, size, group, ...names } of all) {
      const { x = 0, y = 0 } = beside.get(id) ?? {};
      const place = before.get(id) ?? { x, y, size, holds: false };
      const label = isNested ? names.short : names.label;
      this.#graph.addNode(id, nodeLook({ label, group }, place, this.#brush));
    }
    for (const { id, source, target, name, kind } of ties)
      this.#graph.addEdgeWithKey(id, source, target, edgeLook(name, kind, this.#brush));
    const [first] = ties;
    if (first) this.#sigma.setEdgeState(first.id, { isFirst: true });
    this.#patience.isNeeded = ties.length > this.#drawnMax;
    this.#sigma.setSettings({ labelRenderedSizeThreshold: all.length <= SMALL ? 0 : 6 });
    this.#emphasize();
  }

  /** Move all to their places. */
  arrange(places: ReadonlyMap<string, Place>, options: { glides: boolean }): void {
    this.#stopGlide();
    const glides = options.glides && this.isAgile;
    this.#graph.updateEachNodeAttributes((id, before) => {
      const { x, y, size } = before;
      const look = nodeLook(before, places.get(id) ?? before, this.#brush);
      return glides ? { ...look, x, y, size } : look;
    });
    this.#frame(boxOf(places.values(), this.#sigma.getDimensions()));
    this.#emphasize();
    this.#patience.hurry();
    if (glides) this.#stopGlide = glide(this.#graph, places);
  }

  /** Take this box for the whole, and go on looking at what is looked at. */
  #frame(box: Box): void {
    const camera = this.#sigma.getCamera();
    camera.setState(carried(camera.getState(), this.#box, box));
    this.#sigma.setCustomBBox(box);
    this.#box = box;
  }

  /** Of what is drawn in circles, sizes change as distances do; elsewhere what is small stays to be seen from afar. */
  #shrinking(ratio: number): number {
    if (this.#brush.isNested) return ratio;
    const pixels = this.#sigma.getGraphToViewportRatio() * ratio; // A unit of places has so many, seen as a whole.
    return pixels ** 0.4 * ratio ** 0.6;
  }

  /** Look at the whole. */
  fit(options = { glides: true }): void {
    this.#look(WHOLE, options);
  }

  #look(state: CameraState, { glides }: { glides: boolean }): void {
    const camera = this.#sigma.getCamera();
    if (glides && !isStill()) camera.animate(state, { duration: GLIDE_MILLISECONDS });
    else camera.setState(state);
  }

  zoom(way: "in" | "out"): void {
    const camera = this.#sigma.getCamera();
    const options = { factor: 1.5, duration: isStill() ? 0 : 200 };
    if (way === "in") camera.zoomIn(options);
    else camera.zoomOut(options);
  }

  /** Whether all of these places are in view. */
  sees(places: ReadonlyMap<string, Place>): boolean {
    return [...places.values()].every((place) => this.#isInView(place));
  }

  #isInView(place: { x: number; y: number }): boolean {
    const { width, height } = this.#sigma.getDimensions();
    const { x, y } = this.#sigma.graphToViewport(place);
    const within = (pixels: number, of: number) => pixels > EDGE_PIXELS && pixels < of - EDGE_PIXELS;
    return within(x, width) && within(y, height);
  }

  /** Bring a twin into view, if it is not. */
  reveal(id: string): void {
    const at = this.at(id);
    if (!at || this.#isInView(at)) return;
    const state = { ...this.#sigma.getCamera().getState(), ...this.#sigma.graphToFramedGraph(at) };
    this.#look(state, { glides: true });
  }

  select(id: string | null): void {
    this.#selected = id;
    this.#emphasize();
    this.#patience.hurry();
  }

  hide(hidden: Hidden): void {
    this.#hidden = hidden;
    this.#emphasize();
    this.#patience.hurry();
  }

  /** What holds others is pointed at all the time, and no news. */
  #point(id: string | null): void {
    this.#pointed = id !== null && this.#holds(id) ? null : id;
    this.#emphasize();
  }

  #holds(id: string): boolean {
    return this.#graph.getNodeAttribute(id, "holds");
  }

  #emphasize(): void {
    emphasize(this.#sigma, this.#graph, {
      selected: this.#selected,
      pointed: this.#pointed,
      hidden: this.#hidden,
      isNested: this.#brush.isNested,
    });
  }
}
