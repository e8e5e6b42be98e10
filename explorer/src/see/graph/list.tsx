// The twins of the graph as a list that is walked with the arrow keys (WAI-ARIA, list box): the drawing in words.
import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { ontology } from "../../server/world";
import { texts } from "../../texts/en";
import { useVirtualRows } from "../../ui/virtual";
import type { Content } from "./content";
import type { Figure } from "./figures";
import type { Hands } from "./hands";
import { Mark } from "./mark";

const ROW_PIXELS = 32;
const PAGE_ROWS = 10;

interface ListProps {
  content: Content;
  figures: readonly Figure[];
  selected: string | null;
  hands: Hands;
}

export function List({ content, figures, selected, hands }: ListProps) {
  const [words, setWords] = useState("");
  const shown = useMemo(() => fitting(figures, words.trim().toLowerCase()), [figures, words]);
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, height, scrollTo } = useVirtualRows(scroller, shown.length, ROW_PIXELS);
  const list = useId();
  const at = shown.findIndex(({ id }) => id === selected);
  const isDrawn = rows.some(({ index }) => index === at);
  useEffect(() => {
    if (at >= 0) scrollTo(at);
  }, [at]);

  const press = (event: KeyboardEvent) => {
    const [now, next] = [shown[at], shown[stepTo(event.key, at, shown.length) ?? -1]];
    if (next) hands.select(next.id);
    else if (event.key === "Enter" && now) hands.expand(now.id);
    else if (event.key === "Delete" && now) {
      hands.remove(now.id);
      hands.select((shown[at + 1] ?? shown[at - 1])?.id ?? null);
    } else if (event.key === "Escape") hands.select(null);
    else return;
    event.preventDefault();
  };
  return (
    <section class="graph-list">
      <input
        type="search"
        aria-label={texts.see.graph.findInList}
        placeholder={texts.see.graph.findInList}
        aria-controls={list}
        value={words}
        onInput={(event) => setWords(event.currentTarget.value)}
      />
      <div
        ref={scroller}
        id={list}
        class="graph-rows"
        role="listbox"
        tabIndex={0}
        aria-label={texts.see.graph.list}
        aria-activedescendant={isDrawn ? `${list}-${at}` : undefined}
        onKeyDown={press}
      >
        <div style={{ height: `${height}px` }} role="presentation">
          {rows.map(({ index, start }) => {
            const figure = shown[index];
            const modelId = content.twins.get(figure?.id ?? "")?.modelId;
            if (!figure || modelId === undefined) return null;
            return (
              <div
                key={figure.id}
                id={`${list}-${index}`}
                role="option"
                aria-selected={index === at}
                aria-posinset={index + 1}
                aria-setsize={shown.length}
                title={figure.id}
                style={{ transform: `translateY(${start}px)` }}
                onClick={() => hands.select(figure.id)}
                onDblClick={() => hands.expand(figure.id)}
              >
                <Mark group={figure.group} /> <span class="graph-name">{figure.label}</span>{" "}
                <span class="note">{ontology.value.label(modelId)}</span>
              </div>
            );
          })}
        </div>
      </div>
      {!shown.length && <p class="hint">{texts.see.graph.noneInList}</p>}
    </section>
  );
}

function fitting(figures: readonly Figure[], words: string): readonly Figure[] {
  if (!words) return figures;
  return figures.filter(
    ({ id, label }) => label.toLowerCase().includes(words) || id.toLowerCase().includes(words),
  );
}

function stepTo(key: string, at: number, length: number): number | null {
  const within = (index: number) => Math.max(0, Math.min(length - 1, index));
  switch (key) {
    case "ArrowDown":
      return within(at + 1);
    case "ArrowUp":
      return within(at - 1);
    case "PageDown":
      return within(at + PAGE_ROWS);
    case "PageUp":
      return within(at - PAGE_ROWS);
    case "Home":
      return 0;
    case "End":
      return within(length - 1);
    default:
      return null;
  }
}
