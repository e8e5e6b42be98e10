// A graph that is being explored: the canvas, and beside it the same for whoever reads rather than looks.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { nameOf } from "../../models/names";
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
import type { Hands } from "./hands";
import type { Kind } from "./kinds";
import { Legend } from "./legend";
import { List } from "./list";
import type { Found } from "./loading";
import { Toolbar } from "./toolbar";

// What a layout shows by places needs no lines, and what it is about is not drawn over.
const HIDDEN: Record<Layout, Kind[]> = {
  force: [],
  containment: ["feed", "other"],
  feeds: ["containment", "other"],
};

export function Explored({ view, start }: { view: GraphView; start: Found }) {
  const words = texts.see.graph;
  const begun = useMemo(() => new Map(view.ids.length === 1 ? [[view.ids[0] ?? "", [start]]] : []), [start]);
  const { added, latest, isLoading, failure, again } = useExpansions(view.steps, begun);
  const content = useMemo(() => contentOf(start.twins, view.steps, added), [start, view.steps, added]);
  const groups = useMemo(() => new Groups(ontology.value), [ontology.value]);
  const figures = useMemo(() => figuresOf(content, groups, server.value.containment), [content, groups]);
  const [hidden, setHidden] = useState<Hidden>({ groups: new Set(), kinds: new Set(HIDDEN[view.layout]) });
  const [selected, setSelected] = useState<string | null>(null);
  const [said, say] = useChanges(content, isLoading);
  const twin = content.twins.get(selected ?? "");
  const last = view.steps.at(-1)?.id ?? view.ids[0] ?? "";
  const isCut = latest.has(last) ? latest.get(last)?.isCut : start.isCut;

  const step = (taken: Step) => show({ ...view, steps: [...view.steps, taken] });
  const hands: Hands = {
    select: setSelected,
    expand: (id) => {
      const found = latest.get(id);
      const isThere = found?.twins.every((one) => content.twins.has(one.id));
      if (isThere && found?.following === null) say(words.nothingNew);
      else step({ kind: "expand", id });
    },
    remove: (id) => step({ kind: "remove", id }),
  };
  const lay = (layout: Layout) => {
    setHidden({ ...hidden, kinds: new Set(HIDDEN[layout]) });
    adjust({ ...view, layout });
  };
  const shown = { content, hands, selected: twin?.id ?? null };
  return (
    <div class="graph">
      <Toolbar
        content={content}
        layout={view.layout}
        lay={lay}
        restart={view.steps.length ? () => show({ ...view, steps: [] }) : null}
      />
      <section class="graph-stage" aria-label={words.title}>
        <Legend figures={figures} hidden={hidden} hide={setHidden} />
        <div class="graph-board">
          <Canvas {...shown} figures={figures} layout={view.layout} hidden={hidden} />
        </div>
      </section>
      <aside class="graph-panel">
        <p class="graph-said" role="status">
          {isLoading ? texts.loadingMore : said}
          {content.isFull && ` ${words.full(TWINS_MAX)}`}
          {isCut && !content.isFull && ` ${words.cut}`}
        </p>
        {latest.get(last)?.following && !isLoading && !content.isFull && (
          <button type="button" onClick={() => hands.expand(last)}>
            {words.more(nameIn(content, last))}
          </button>
        )}
        {failure !== null && <Failed error={failure} retry={again} />}
        {twin && <Details content={content} twin={twin} group={groups.of(twin.modelId)} hands={hands} />}
        {!twin && (
          <p class="hint">
            {words.expandHint} {words.keysHint}
          </p>
        )}
        <List {...shown} figures={figures.all} />
      </aside>
    </div>
  );
}

function nameIn({ twins }: Content, id: string): string {
  const twin = twins.get(id);
  return twin ? nameOf(twin) : id;
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
