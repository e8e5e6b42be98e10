// By what feeds what: sources at the left, consumers at the right, and below what neither feeds nor is fed.
import { flowOf, type Tie } from "../kinds";
import { type Flows, layersOf, systemsOf, untangled, withoutCircles } from "./layers";
import type { Place, Sketch, SketchNode } from "./sketch";

const ROW = 26; // From one to the next below it.
const COLUMN = 40; // From one to the next beside it, where a layer needs several columns.
const BETWEEN = 190; // From layer to layer: room for lines and names.
const NAME = 110; // Right of the last layer.
const SIZE_MAX = 9; // Of what holds much: here it stands in a row with others.
const FEW = 40; // So few aside have room for their names.
const APART = 90; // From one system to the next.
const WIDTH_TO_HEIGHT = 1.5;

/** Something with the places of its nodes; its corner at the top left is 0, 0, and down is positive. */
interface Block {
  width: number;
  height: number;
  spots: Map<string, { x: number; y: number }>;
}

/** A place for each node, in their order. */
export function layOutFeeds({ nodes, edges }: Sketch): Place[] {
  const flows = flowsIn(edges);
  const systems = systemsOf(withoutCircles(flows)).map(blockOf);
  const aside = nodes.filter(({ id }) => !flows.has(id));
  const whole = stacked([shelved(systems), asideOf(aside)].filter(({ spots }) => spots.size));
  return nodes.map(({ id, size }) => {
    const { x, y } = whole.spots.get(id) ?? { x: 0, y: 0 };
    return { x: x - whole.width / 2, y: whole.height / 2 - y, size: Math.min(size, SIZE_MAX), holds: false };
  });
}

/** What feeds what, each pair once, by whatever relationships. */
export function flowsIn(edges: readonly Pick<Tie, "source" | "target" | "name">[]): Flows {
  const flows = new Map<string, Set<string>>();
  for (const edge of edges) {
    const flow = flowOf(edge);
    if (!flow || flow.from === flow.to) continue;
    const { from, to } = flow;
    flows.set(from, (flows.get(from) ?? new Set()).add(to));
    if (!flows.has(to)) flows.set(to, new Set());
  }
  return flows;
}

/** One system: its layers side by side, each in as many columns as make the whole about as wide as screens are. */
function blockOf(system: Flows): Block {
  const layers = untangled(layersOf(system), system);
  let rows = Math.max(...layers.map((layer) => layer.length));
  const widthAt = (most: number) =>
    layers.reduce((sum, layer) => sum + COLUMN * (columnsIn(layer, most) - 1) + BETWEEN, 0);
  while (rows > 4 && widthAt(rows) < rows * ROW * WIDTH_TO_HEIGHT) rows = Math.ceil(rows / 1.15);
  const spots = new Map<string, { x: number; y: number }>();
  const height = rows * ROW;
  let left = 0;
  for (const layer of layers) {
    const columns = columnsIn(layer, rows);
    const used = Math.ceil(layer.length / columns);
    layer.forEach((id, index) => {
      const row = Math.floor(index / columns);
      spots.set(id, { x: left + COLUMN * (index % columns), y: ((row + 0.5) / used) * height });
    });
    left += COLUMN * (columns - 1) + BETWEEN;
  }
  return { width: left - BETWEEN + NAME, height, spots };
}

function columnsIn(layer: readonly string[], rows: number): number {
  return Math.max(1, Math.ceil(layer.length / rows));
}

/** In rows: a few with room for their names, many as close as they come. */
function asideOf(nodes: readonly SketchNode[]): Block {
  const room = ({ size }: SketchNode) => 2 * Math.min(size, SIZE_MAX) + 6;
  const wide = (node: SketchNode) => (nodes.length <= FEW ? BETWEEN : room(node));
  const area = nodes.reduce((sum, node) => sum + wide(node) * room(node), 0);
  const width = Math.sqrt(area * WIDTH_TO_HEIGHT * 2);
  const spots = new Map<string, { x: number; y: number }>();
  let [x, y, height] = [0, 0, 0];
  for (const node of nodes) {
    if (x > width) [x, y, height] = [0, y + height, 0];
    spots.set(node.id, { x: x + room(node) / 2, y: y + room(node) / 2 });
    x += wide(node);
    height = Math.max(height, room(node));
  }
  return { width, height: y + height, spots };
}

/** Side by side, the highest first, and below each other where a row is full. */
function shelved(blocks: readonly Block[]): Block {
  const area = blocks.reduce((sum, { width, height }) => sum + (width + APART) * (height + APART), 0);
  const most = Math.max(1.2 * Math.sqrt(area * WIDTH_TO_HEIGHT), ...blocks.map(({ width }) => width));
  const shelves: Block[][] = [];
  let taken = Number.POSITIVE_INFINITY;
  for (const block of [...blocks].sort((a, b) => b.height - a.height)) {
    if (taken + block.width > most) {
      shelves.push([]);
      taken = 0;
    }
    shelves.at(-1)?.push(block);
    taken += block.width + APART;
  }
  return stacked(shelves.map(beside));
}

function beside(blocks: readonly Block[]): Block {
  return joined(blocks, (before) => ({ x: before.width ? before.width + APART : 0, y: 0 }));
}

function stacked(blocks: readonly Block[]): Block {
  return joined(blocks, (before) => ({ x: 0, y: before.height ? before.height + APART : 0 }));
}

function joined(blocks: readonly Block[], cornerAfter: (before: Block) => { x: number; y: number }): Block {
  const whole: Block = { width: 0, height: 0, spots: new Map() };
  for (const block of blocks) {
    const corner = cornerAfter(whole);
    for (const [id, { x, y }] of block.spots) whole.spots.set(id, { x: x + corner.x, y: y + corner.y });
    whole.width = Math.max(whole.width, corner.x + block.width);
    whole.height = Math.max(whole.height, corner.y + block.height);
  }
  return whole;
}
