// A graph that is being explored: the canvas, and beside it the same for whoever reads rather than looks.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ontology, server } from "../../server/world";
import { texts } from "../../texts/en";
import { Failed } from "../../ui/states";
import { adjust, show } from "../../view/place";
import type { GraphView, Layout, Step } from "../../view/view";
import { Canvas } from "./canvas";
import { type Content, contentOf, TWINS_MAX } from "./content";
import { Details } from "./details";
import type { Hidden } from "./emphasis";
import { useExpansions } from "./expansions";
import { figuresOf } from "./figures";
import { Groups } from "./groups";
import type { Kind } from "./kinds";
import { Legend } from "./legend";
import { List } from "./list";
import type { Found } from "./loading";

const LAYOUTS: Layout[] = ["force", "containment", "feeds"];

/** What a layout shows by places needs no lines; and what it is about is not to be drawn over. */
const HIDDEN: Record<Layout, Kind[]> = {
  force: [],
  containment: ["feed", "other"],
  feeds: ["containment", "other"],
};

export function Explored({ view, start }: { view: GraphView; start: Found }) {
  const words = texts.see.graph;
  const { around, isLoading, failure, again } = useExpansions(view.steps);
  const content = useMemo(
    () =>
      contentOf(
        start.twins,
        view.steps,
        mapped(around, ({ twins }) => twins),
      ),
    [start, view.steps, around],
  );
  const groups = useMemo(() => new Groups(ontology.value), [ontology.value]);
  const figures = useMemo(() => figuresOf(content, groups, server.value.containment), [content, groups]);
  const [hidden, setHidden] = useState<Hidden>({ groups: new Set(), kinds: new Set(HIDDEN[view.layout]) });
  const [selected, setSelected] = useState<string | null>(null);
  const twin = content.twins.get(selected ?? "");
  const [said, say] = useChanges(content, isLoading);

  const step = (taken: Step) => show({ ...view, steps: [...view.steps, taken] });
  const hands = {
    select: setSelected,
    expand: (id: string) => {
      const found = around.get(id)?.twins;
      if (found?.every((one) => content.twins.has(one.id))) say(words.nothingNew);
      else step({ kind: "expand", id });
    },
    remove: (id: string) => step({ kind: "remove", id }),
  };
  const last = view.steps.at(-1);
  const isCut = last ? around.get(last.id)?.isCut : start.isCut;
  return (
    <div class="graph">
      <div class="graph-tools">
        <h1>{words.title}</h1>
        <span class="count">{words.shown(content.twins.size, content.relationships.length)}</span>
        <div class="graph-layouts" role="group" aria-label={words.layout}>
          {LAYOUTS.map((layout) => (
            <button
              key={layout}
              type="button"
              aria-pressed={layout === view.layout}
              onClick={() => {
                setHidden({ ...hidden, kinds: new Set(HIDDEN[layout]) });
                adjust({ ...view, layout });
              }}
            >
              {words.layouts[layout]}
            </button>
          ))}
        </div>
        {view.steps.length > 0 && (
          <button type="button" onClick={() => show({ ...view, steps: [] })}>
            {words.restart}
          </button>
        )}
      </div>
      <section class="graph-stage" aria-label={words.title}>
        <Legend figures={figures} hidden={hidden} hide={setHidden} />
        <div class="graph-board">
          <Canvas
            content={content}
            figures={figures}
            layout={view.layout}
            selected={twin?.id ?? null}
            hidden={hidden}
            hands={hands}
          />
        </div>
      </section>
      <aside class="graph-panel">
        <p class="graph-said" role="status">
          {isLoading ? texts.loadingMore : said}
          {content.isFull && ` ${words.full(TWINS_MAX)}`}
          {isCut && !content.isFull && ` ${words.cut}`}
        </p>
        {failure !== null && <Failed error={failure} retry={again} />}
        {twin ? (
          <Details content={content} twin={twin} group={groups.of(twin.modelId)} hands={hands} />
        ) : (
          <p class="hint">
            {words.expandHint} {words.keysHint}
          </p>
        )}
        <List content={content} figures={figures.all} selected={twin?.id ?? null} hands={hands} />
      </aside>
    </div>
  );
}

function mapped<K, V, W>(all: ReadonlyMap<K, V>, change: (value: V) => W): Map<K, W> {
  return new Map([...all].map(([key, value]) => [key, change(value)]));
}

/** What the last step has changed, in words, and a way to say something else. */
function useChanges(content: Content, isLoading: boolean): [string, (said: string) => void] {
  const before = useRef(content);
  const [said, say] = useState("");
  useEffect(() => {
    if (isLoading || content === before.current) return;
    const twins = content.twins.size - before.current.twins.size;
    const relationships = content.relationships.length - before.current.relationships.length;
    before.current = content;
    if (twins < 0) say(texts.see.graph.removed(-twins));
    else if (twins + relationships) say(texts.see.graph.added(twins, relationships));
    else say(texts.see.graph.nothingNew);
  }, [content, isLoading]);
  return [said, say];
}
