// How much there is, how it lies, and the way back to the beginning.
import { texts } from "../../texts/en";
import type { Layout } from "../../view/view";
import type { Content } from "./content";

const LAYOUTS: Layout[] = ["force", "containment", "feeds"];

interface ToolbarProps {
  content: Content;
  layout: Layout;
  lay: (layout: Layout) => void;
  /** Null at the beginning. */
  restart: (() => void) | null;
}

export function Toolbar({ content, layout, lay, restart }: ToolbarProps) {
  const words = texts.see.graph;
  return (
    <div class="graph-tools">
      <h1>{words.title}</h1>
      <span class="count">{words.shown(content.twins.size, content.relationships.length)}</span>
      <div class="graph-layouts" role="group" aria-label={words.layout}>
        {LAYOUTS.map((one) => (
          <button key={one} type="button" aria-pressed={one === layout} onClick={() => lay(one)}>
            {words.layouts[one]}
          </button>
        ))}
      </div>
      {restart && (
        <button type="button" onClick={restart}>
          {words.restart}
        </button>
      )}
    </div>
  );
}
