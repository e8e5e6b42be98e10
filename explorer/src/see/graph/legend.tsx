// What colours and lines mean, with how many there are of each; each can be hidden for a while.
import type { ComponentChildren } from "preact";
import { texts } from "../../texts/en";
import type { Hidden } from "./emphasis";
import type { Figures } from "./figures";
import type { Kind } from "./kinds";
import { Mark } from "./mark";

interface LegendProps {
  figures: Figures;
  hidden: Hidden;
  hide: (hidden: Hidden) => void;
}

const KINDS: Kind[] = ["containment", "feed", "other"];

export function Legend({ figures, hidden, hide }: LegendProps) {
  const groups = counted(figures.all.map(({ group }) => group));
  const kinds = counted(figures.ties.map(({ kind }) => kind));
  const words = texts.see.graph;
  return (
    <details class="graph-legend" open={innerWidth > 700}>
      <summary>{words.legend}</summary>
      <ul aria-label={words.groupsTitle}>
        {[...groups].map(([group, count]) => (
          <Entry
            key={group.id}
            label={group.label}
            count={count}
            isShown={!hidden.groups.has(group.id)}
            turn={() => hide({ ...hidden, groups: turned(hidden.groups, group.id) })}
          >
            <Mark group={group} />
          </Entry>
        ))}
      </ul>
      <ul aria-label={words.kindsTitle}>
        {KINDS.filter((kind) => kinds.has(kind)).map((kind) => (
          <Entry
            key={kind}
            label={words.kinds[kind]}
            count={kinds.get(kind) ?? 0}
            isShown={!hidden.kinds.has(kind)}
            turn={() => hide({ ...hidden, kinds: turned(hidden.kinds, kind) })}
          >
            <span class={`graph-line ${kind}`} aria-hidden="true" />
          </Entry>
        ))}
      </ul>
    </details>
  );
}

interface EntryProps {
  label: string;
  count: number;
  isShown: boolean;
  turn: () => void;
  children: ComponentChildren;
}

function Entry({ label, count, isShown, turn, children }: EntryProps) {
  return (
    <li>
      <label class="check">
        <input type="checkbox" checked={isShown} onChange={turn} />
        {children}
        <span>{label}</span>
        <span class="note">{count.toLocaleString("en")}</span>
      </label>
    </li>
  );
}

/** How often each is there, in the order in which they come. */
function counted<T>(all: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}

function turned<T>(all: ReadonlySet<T>, one: T): Set<T> {
  const others = new Set(all);
  if (!others.delete(one)) others.add(one);
  return others;
}
