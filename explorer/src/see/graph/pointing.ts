// Which twin is under the pointer. Sigma paints a second picture to tell, and reads a pixel of it; whoever reads it waits
// until all is painted, for long where the processor paints. To look through the places of all takes less than that.
import type { Coordinates } from "sigma/types";
import type { Painter } from "./emphasis";
import type { Drawn } from "./glide";
import { FARTHEST, reach } from "./shapes";

const NEAR_PIXELS = 4; // So near to a twin is on it: the small are hard to meet.

/** What of Sigma finds twins, and it does not declare. */
interface Finding {
  getHitAtPosition(at: Coordinates): Hit | null;
  /** Whoever wants what it paints for this alone finds nothing. */
  pickingFrameBuffer: null;
  pickingState: { idsByKind: { node: ReadonlyMap<string, number> } };
  internals: { hoverResolver: HoverResolver };
}

interface Hit {
  kind: "node";
  key: string;
}

interface HoverResolver {
  lastEvent: Coordinates;
  startRead(): void;
  options: { onIndex(index: number, event: Coordinates): void };
}

/** Have Sigma find twins this way. `raised` tells which one lies above all others. */
export function findByPlace(painter: Painter, graph: Drawn, raised: () => string | null): void {
  const finding = painter as unknown as Finding;
  const { hoverResolver } = finding.internals;
  const find = (at: Coordinates) => twinAt(painter, graph, raised(), at);
  finding.pickingFrameBuffer = null;
  finding.getHitAtPosition = (at) => {
    const key = find(at);
    return key === null ? null : { kind: "node", key };
  };
  hoverResolver.startRead = () => {
    if (painter.getMouseCaptor().isMouseDown) return; // What is dragged, be it all, stays under the pointer.
    const id = find(hoverResolver.lastEvent);
    const index = id === null ? 0 : (finding.pickingState.idsByKind.node.get(id) ?? 0);
    hoverResolver.options.onIndex(index, hoverResolver.lastEvent);
  };
}

/** The twin that is seen here; the topmost of several. */
function twinAt(painter: Painter, graph: Drawn, raised: string | null, at: Coordinates): string | null {
  const { x, y } = painter.viewportToGraph(at);
  const pixels = painter.getGraphToViewportRatio();
  const scale = painter.scaleSize(1) / pixels;
  const near = NEAR_PIXELS / pixels;
  let found: string | null = null;
  let top = -Infinity;
  graph.forEachNode((id, look) => {
    const height = id === raised ? Infinity : look.zIndex;
    const radius = look.size * scale;
    const [right, up] = [x - look.x, y - look.y];
    const far = Math.hypot(right, up);
    if (height < top || far > radius * FARTHEST + near) return;
    if (far > near && far > radius * reach(look.shape, { x: right / far, y: up / far }) + near) return;
    if (painter.getNodeDisplayData(id)?.visibility === "hidden") return;
    found = id;
    top = height;
  });
  return found;
}
