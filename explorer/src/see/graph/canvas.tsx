// The canvas: draws the graph, has places found when it or the layout changes, and looks where it is asked to.
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { theme } from "../../shell/theme";
import { texts } from "../../texts/en";
import type { Layout } from "../../view/view";
import type { Content } from "./content";
import { Drawing, type Hands, type Kept } from "./drawing";
import type { Hidden } from "./emphasis";
import type { Figures } from "./figures";
import { runLayout } from "./layouts/run";
import type { Place } from "./layouts/sketch";

export interface CanvasProps {
  content: Content;
  figures: Figures;
  layout: Layout;
  selected: string | null;
  hidden: Hidden;
  hands: Hands;
}

export function Canvas(props: CanvasProps) {
  const { content, selected, hidden } = props;
  const container = useRef<HTMLDivElement>(null);
  const drawing = useDrawing(container, props.hands);
  const isSettling = useArrangement(drawing, container, props);
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
        class="graph-canvas"
        role="img"
        aria-label={words.drawing(content.twins.size, content.relationships.length)}
      />
      {isSettling && <p class="graph-settling hint">{words.settling}</p>}
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
    if (!container.current) return;
    const told: Hands = {
      select: (id) => latest.current.select(id),
      expand: (id) => latest.current.expand(id),
    };
    try {
      // Another theme is another drawing, of the same places.
      const made = new Drawing(container.current, told, { isDark, kept: kept.current });
      setDrawing(made);
      return () => {
        kept.current = made.kill();
      };
    } catch {
      setDrawing(null);
    }
  }, [isDark]);
  return drawing;
}

/** Whether places are being found. */
function useArrangement(
  drawing: Drawing | null | undefined,
  container: RefObject<HTMLDivElement | null>,
  { figures, layout }: CanvasProps,
): boolean {
  const [isSettling, setSettling] = useState(false);
  const arranged = useRef<{ layout: Layout; figures: Figures } | null>(null);
  useEffect(() => {
    if (!drawing) return;
    const before = arranged.current;
    const { all, ties, wholes } = figures;
    const nodes = all.map(({ id, size }) => ({ id, size, at: before && drawing.at(id) }));
    drawing.draw(figures);
    if (before?.figures === figures && before.layout === layout)
      return drawing.arrange(drawing.places, { glides: false, wholes });
    // What was added stands beside what is there; only where circles or layers show what is what, all move.
    const keeps = layout === "force" && before?.layout === layout;
    let isHandled = false; // Whether somebody has begun to look around meanwhile.
    const handle = () => {
      isHandled = true;
    };
    const events = ["pointerdown", "wheel"] as const;
    for (const event of events) container.current?.addEventListener(event, handle, { passive: true });
    setSettling(true);
    let isBegun = false;
    const stop = runLayout(
      {
        layout,
        nodes,
        edges: ties,
        keeps,
      },
      (found, isFinal) => {
        const places = new Map<string, Place>();
        found.forEach((place, index) => {
          places.set(all[index]?.id ?? "", place);
        });
        const isSeen = isHandled || (keeps && drawing.sees(places));
        drawing.arrange(places, { glides: !isBegun, wholes });
        if (!isSeen) drawing.fit({ glides: before !== null });
        isBegun = true;
        if (!isFinal) return;
        arranged.current = { layout, figures };
        setSettling(false);
      },
    );
    return () => {
      stop();
      for (const event of events) container.current?.removeEventListener(event, handle);
    };
  }, [drawing, figures, layout]);
  return isSettling;
}
