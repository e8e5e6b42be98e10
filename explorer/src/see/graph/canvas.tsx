// The canvas: draws the graph, has places found when it or the layout changes, and looks where it is asked to.
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { theme } from "../../shell/theme";
import { texts } from "../../texts/en";
import type { Layout } from "../../view/view";
import type { Content } from "./content";
import { Drawing, type Kept } from "./drawing";
import type { Hidden } from "./emphasis";
import type { Figures } from "./figures";
import type { Hands } from "./hands";
import { runLayout } from "./layouts/run";
import type { Place } from "./layouts/sketch";

interface CanvasProps {
  content: Content;
  figures: Figures;
  layout: Layout;
  selected: string | null;
  hidden: Hidden;
  hands: Hands;
}

const GLIDING_MAX = 1_500; // More twins than that move in jumps until they are where they belong.

export function Canvas(props: CanvasProps) {
  const { content, selected, hidden } = props;
  const container = useRef<HTMLDivElement>(null);
  const drawing = useDrawing(container, props.hands);
  const state = useArrangement(drawing, container, props);
  useEffect(() => drawing?.hide(hidden), [drawing, hidden]);
  useEffect(() => {
    drawing?.select(selected);
    if (selected !== null) drawing?.reveal(selected);
  }, [drawing, selected]);
  const words = texts.see.graph;
  if (drawing === null) return <p class="hint graph-absent">{words.noWebGl}</p>;
  return (
    <>
      <div
        ref={container}
        class={state === "beginning" ? "graph-canvas beginning" : "graph-canvas"}
        role="img"
        aria-label={words.drawing(content.twins.size, content.relationships.length)}
      />
      {state !== "settled" && <p class="graph-settling hint">{words.settling}</p>}
      <div class="graph-zoom">
        <button
          type="button"
          aria-label={words.zoomIn}
          title={words.zoomIn}
          onClick={() => drawing?.zoom("in")}
        >
          +
        </button>
        <button
          type="button"
          aria-label={words.zoomOut}
          title={words.zoomOut}
          onClick={() => drawing?.zoom("out")}
        >
          −
        </button>
        <button type="button" aria-label={words.fit} title={words.fit} onClick={() => drawing?.fit()}>
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4" />
          </svg>
        </button>
      </div>
    </>
  );
}

/** The drawing; undefined before there is one, null where the browser cannot draw it. */
function useDrawing(container: RefObject<HTMLDivElement | null>, hands: Hands): Drawing | null | undefined {
  const [drawing, setDrawing] = useState<Drawing | null | undefined>(undefined);
  const kept = useRef<Kept | null>(null);
  const latest = useRef(hands);
  latest.current = hands;
  const isDark = theme.value === "dark";
  useEffect(() => {
    if (!container.current || !drawsWebGl()) return setDrawing(null);
    const told = {
      select: (id: string | null) => latest.current.select(id),
      expand: (id: string) => latest.current.expand(id),
    };
    // Another theme is another drawing, of the same places.
    const made = new Drawing(container.current, told, { isDark, kept: kept.current });
    setDrawing(made);
    return () => {
      kept.current = made.kill();
    };
  }, [isDark]);
  return drawing;
}

function drawsWebGl(): boolean {
  const tried = document.createElement("canvas").getContext("webgl2");
  tried?.getExtension("WEBGL_lose_context")?.loseContext(); // Browsers have only so many at a time.
  return tried !== null;
}

/** Finds places for all whenever what is drawn changes, or how it is to lie. Answers how far that is. */
function useArrangement(
  drawing: Drawing | null | undefined,
  container: RefObject<HTMLDivElement | null>,
  { figures, layout }: CanvasProps,
): "beginning" | "settling" | "settled" {
  const [state, setState] = useState<"beginning" | "settling" | "settled">("beginning");
  const [failure, setFailure] = useState<unknown>(null);
  const arranged = useRef<{ layout: Layout; figures: Figures } | null>(null);
  useEffect(() => {
    if (!drawing) return;
    const before = arranged.current;
    const { all, ties } = figures;
    const nodes = all.map(({ id, size }) => ({ id, size, at: before && drawing.at(id) }));
    // Before anything has its place, there is nothing to see.
    let isDrawn = before !== null;
    const draw = () => drawing.draw(figures, { isNested: layout === "containment" });
    if (isDrawn) draw();
    if (before?.figures === figures && before.layout === layout)
      return drawing.arrange(drawing.places, { glides: false });
    // What was added stands beside what is there; only where circles or layers show what is what, all move.
    const keeps = layout === "force" && before?.layout === layout;
    const watch = watchHands(container.current);
    setState(before ? "settling" : "beginning");
    const arrange = (found: Place[], isFinal: boolean) => {
      if (!isFinal && isDrawn && !drawing.isAgile) return;
      if (!isDrawn) draw();
      isDrawn = true;
      const places = new Map(found.map((place, index) => [all[index]?.id ?? "", place]));
      const isSeen = watch.isHandled() || (keeps && drawing.sees(places));
      drawing.arrange(places, { glides: isFinal || all.length <= GLIDING_MAX });
      if (!isSeen) drawing.fit({ glides: before !== null && drawing.isAgile });
      if (isFinal) arranged.current = { layout, figures };
      setState(isFinal ? "settled" : "settling");
    };
    const stop = runLayout({ layout, nodes, edges: ties, keeps }, arrange, setFailure);
    return () => {
      stop();
      watch.stop();
    };
  }, [drawing, figures, layout]);
  if (failure) throw failure;
  return state;
}

/** Whether somebody has begun to look around by hand: then the view is theirs. */
function watchHands(element: HTMLElement | null): { isHandled: () => boolean; stop: () => void } {
  const controller = new AbortController();
  const options = { signal: controller.signal, passive: true };
  let isHandled = false;
  for (const event of ["pointerdown", "wheel"])
    element?.addEventListener(
      event,
      () => {
        isHandled = true;
      },
      options,
    );
  return { isHandled: () => isHandled, stop: () => controller.abort() };
}
