// Moves what is drawn from where it is to where it belongs.
import type { MultiDirectedGraph } from "graphology";
import type { Place } from "./layouts/sketch";
import type { EdgeLook, NodeLook } from "./looks";

export const GLIDE_MILLISECONDS = 450;

const CHANGED: { attributes: (keyof NodeLook)[] } = { attributes: ["x", "y", "size"] };

export type Drawn = MultiDirectedGraph<NodeLook, EdgeLook>;

/** Whether whoever looks has asked for less motion. */
export function isStill(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Over a while. Answers how to stop it on the way. */
export function glide(graph: Drawn, places: ReadonlyMap<string, Place>): () => void {
  const from = new Map(graph.mapNodes((id, { x, y, size }) => [id, { x, y, size }]));
  const begun = performance.now();
  let frame = 0;
  const step = () => {
    const part = Math.min(1, (performance.now() - begun) / GLIDE_MILLISECONDS);
    const eased = part < 0.5 ? 4 * part ** 3 : 1 - (2 - 2 * part) ** 3 / 2;
    const between = (start: number, end: number) => start + (end - start) * eased;
    // All nodes in one go: of changes one by one, Sigma would hear thousands of times a frame.
    graph.updateEachNodeAttributes((id, look) => {
      const [start, end] = [from.get(id), places.get(id)];
      if (!start || !end) return look;
      return {
        ...look,
        x: between(start.x, end.x),
        y: between(start.y, end.y),
        size: between(start.size, end.size),
      };
    }, CHANGED);
    if (part < 1) frame = requestAnimationFrame(step);
  };
  step();
  return () => cancelAnimationFrame(frame);
}
