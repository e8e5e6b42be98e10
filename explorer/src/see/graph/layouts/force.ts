// As it falls: twins push each other away, relationships pull them together.
import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
} from "d3-force";
import type { Kind } from "../kinds";
import { layOutContainment } from "./containment";
import type { Place, Sketch } from "./sketch";

interface Body extends SimulationNodeDatum {
  id: string;
  size: number;
}

type Spring = SimulationLinkDatum<Body> & { kind: Kind };

const PULLS = { containment: 1, feed: 0.5, other: 0.15 };
const STEPS_MAX = 300;
const STEPS_MIN = 60;
const STEPS_APART = 15;
const ROUGHNESS = 1.5; // Twins in a square push as one if its width is less than so many distances; 0.9, as usual, takes twice as long.
const CROWDED_PART = 0.6; // Of the steps: until then twins are far from where they will be, and may be on each other.

/** The places after each step, until all have settled. Each has its place in the order of the nodes. */
export function* settle(sketch: Sketch): Generator<Place[]> {
  const bodies = bodiesOf(sketch);
  const steps = Math.round(Math.max(STEPS_MIN, Math.min(STEPS_MAX, 100_000 / (bodies.length + 1))));
  const simulation = forceSimulation(bodies)
    .stop()
    .alphaDecay(1 - 0.001 ** (1 / steps))
    .force(
      "springs",
      forceLink<Body, Spring>(sketch.edges.map((edge) => ({ ...edge })))
        .id(({ id }) => id)
        .distance(({ source, target }) => 18 + 1.5 * ((source as Body).size + (target as Body).size))
        .strength(springStrength(sketch)),
    )
    .force(
      "charges",
      forceManyBody<Body>()
        .strength(({ size }) => -8 * size)
        .theta(ROUGHNESS)
        .distanceMax(900),
    )
    // Screens are wider than high.
    .force("x", forceX<Body>().strength(0.03))
    .force("y", forceY<Body>().strength(0.05));
  const room = forceCollide<Body>(({ size }) => size + 2);
  for (let step = 0; step < steps; step += 1) {
    if (step === Math.floor(CROWDED_PART * steps)) simulation.force("room", room);
    simulation.tick();
    yield bodies.map(placeOf);
  }
  // In the end, what is pulled onto another gives way, whatever pulls it.
  for (const force of ["springs", "charges", "x", "y"]) simulation.force(force, null);
  simulation.tick(STEPS_APART);
  yield bodies.map(placeOf);
}

/** The places once all have settled. */
export function layOutForce(sketch: Sketch): Place[] {
  let places: Place[] = [];
  for (places of settle(sketch));
  return places;
}

function placeOf({ x = 0, y = 0, size }: Body): Place {
  return { x, y, size, holds: false };
}

/** What holds many pulls each of them less, and what means little pulls little. */
function springStrength({ edges }: Sketch): (spring: Spring) => number {
  const degrees = new Map<string, number>();
  for (const { source, target } of edges)
    for (const id of [source, target]) degrees.set(id, (degrees.get(id) ?? 0) + 1);
  const degree = (end: unknown) => degrees.get((end as Body).id) ?? 1;
  return ({ source, target, kind }) => PULLS[kind] / Math.min(degree(source), degree(target));
}

/** Bodies where they are, or where they best begin. */
function bodiesOf(sketch: Sketch): Body[] {
  const seeds = seedsOf(sketch);
  return sketch.nodes.map(({ id, size, at }, index) => ({
    id,
    size,
    ...(seeds[index] ?? { x: 0, y: 0 }),
    ...(at && sketch.keeps ? { fx: at.x, fy: at.y } : {}),
  }));
}

/** What is new begins beside what it is related to; where all is new, what is in one whole begins together. */
function seedsOf(sketch: Sketch): { x: number; y: number }[] {
  if (!sketch.nodes.some(({ at }) => at)) return layOutContainment(sketch).map(({ x, y }) => ({ x, y }));
  const places = new Map(sketch.nodes.flatMap(({ id, at }) => (at ? [[id, at] as const] : [])));
  const around = neighbours(sketch);
  for (const [id, at] of places)
    (around.get(id) ?? [])
      .filter((other) => !places.has(other))
      .forEach((other, index, all) => {
        const angle = (index / all.length) * 2 * Math.PI + 0.5;
        const distance = 30 + 6 * Math.sqrt(all.length);
        places.set(other, { x: at.x + distance * Math.cos(angle), y: at.y + distance * Math.sin(angle) });
      });
  return sketch.nodes.map(({ id }, index) => places.get(id) ?? { x: 5 * index, y: 5 * index });
}

function neighbours({ nodes, edges }: Sketch): Map<string, string[]> {
  const found = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  for (const { source, target } of edges) {
    found.get(source)?.push(target);
    found.get(target)?.push(source);
  }
  return found;
}
