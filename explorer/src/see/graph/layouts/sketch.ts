// What a layout is given, and what it answers: plain values, so that it can run beside the page.
import type { Layout } from "../../../view/view";
import type { Tie } from "../kinds";

export interface SketchNode {
  id: string;
  /** Its radius, in the units of places. */
  size: number;
  /** Where it is already. */
  at: { x: number; y: number } | null;
}

/** Nodes in the order in which they may stand beside each other, and edges among them. */
export interface Sketch {
  layout: Layout;
  nodes: readonly SketchNode[];
  edges: readonly Tie[];
  /** Whether what is somewhere already stays there. */
  keeps: boolean;
}

/** Where a node is drawn and its radius, in pixels as long as nobody zooms; up is positive. */
export interface Place {
  x: number;
  y: number;
  size: number;
  /** Whether it is drawn as what others are in. */
  holds: boolean;
}
