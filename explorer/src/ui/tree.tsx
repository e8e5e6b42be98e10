// A tree that is walked with the arrow keys (WAI-ARIA, tree view), its branches loaded when they are opened.
import type { ComponentChildren } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { useLoaded } from "./loaded";
import { Failed, Loading } from "./states";

export interface Branch {
  id: string;
  label: string;
  note?: ComponentChildren;
  /** Whether there may be something below it. */
  opens: boolean;
}

interface TreeProps {
  label: string;
  roots: readonly Branch[];
  children: (id: string, signal: AbortSignal) => Promise<readonly Branch[]>;
  selected: readonly string[];
  choose: (id: string, options: { isAdded: boolean }) => void;
  opened?: readonly string[];
}

export function Tree(props: TreeProps) {
  const list = useRef<HTMLUListElement>(null);
  const [focused, setFocused] = useState(props.roots[0]?.id ?? "");

  const walk = (event: KeyboardEvent) => {
    const items = [...(list.current?.querySelectorAll<HTMLElement>("[role=treeitem]") ?? [])];
    const at = items.indexOf(event.target as HTMLElement);
    const now = items[at];
    if (!now) return;
    const go = (to: HTMLElement | null | undefined) => {
      to?.focus();
      event.preventDefault();
    };
    if (event.key === "ArrowDown") go(items[at + 1]);
    else if (event.key === "ArrowUp") go(items[at - 1]);
    else if (event.key === "Home") go(items[0]);
    else if (event.key === "End") go(items.at(-1));
    else if (event.key === "ArrowLeft" && now.ariaExpanded !== "true")
      go(now.parentElement?.closest<HTMLElement>("[role=treeitem]"));
    else if (event.key === "ArrowRight" && now.ariaExpanded === "true")
      go(now.querySelector<HTMLElement>("[role=treeitem]"));
    else if (event.key.length === 1 && /\S/.test(event.key) && !event.ctrlKey && !event.metaKey) {
      const letter = event.key.toLowerCase();
      const next = [...items.slice(at + 1), ...items.slice(0, at)];
      go(next.find((item) => item.dataset.label?.toLowerCase().startsWith(letter)));
    }
  };

  return (
    <ul class="tree" role="tree" aria-label={props.label} ref={list} onKeyDown={walk}>
      {props.roots.map((root) => (
        <Item key={root.id} {...props} branch={root} level={1} focused={focused} setFocused={setFocused} />
      ))}
    </ul>
  );
}

interface ItemProps extends TreeProps {
  branch: Branch;
  level: number;
  focused: string;
  setFocused: (id: string) => void;
}

function Item(props: ItemProps) {
  const { branch, level } = props;
  const row = useId();
  const [isOpen, setOpen] = useState(props.opened?.includes(branch.id) ?? false);
  const isSelected = props.selected.includes(branch.id);
  const press = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    if (event.key === "ArrowRight" && branch.opens && !isOpen) {
      setOpen(true);
      event.stopPropagation();
      event.preventDefault();
    } else if (event.key === "ArrowLeft" && isOpen) {
      setOpen(false);
      event.stopPropagation();
      event.preventDefault();
    } else if (event.key === "Enter" || event.key === " ") {
      props.choose(branch.id, { isAdded: event.ctrlKey || event.metaKey });
      event.preventDefault();
    }
  };
  return (
    <li
      role="treeitem"
      aria-level={level}
      aria-selected={isSelected}
      aria-expanded={branch.opens ? isOpen : undefined}
      aria-labelledby={row}
      data-label={branch.label}
      tabIndex={props.focused === branch.id ? 0 : -1}
      onFocus={(event) => event.target === event.currentTarget && props.setFocused(branch.id)}
      onKeyDown={press}
    >
      <div
        id={row}
        class={isSelected ? "branch selected" : "branch"}
        style={{ paddingInlineStart: `${level - 1}rem` }}
      >
        {/* Keys open it on the item itself; this is for the pointer. */}
        <span
          class={branch.opens ? "twisty" : "twisty none"}
          onClick={() => setOpen(!isOpen)}
          aria-hidden="true"
        >
          {isOpen ? "▾" : "▸"}
        </span>
        <span
          class="branch-label"
          onClick={(event) => props.choose(branch.id, { isAdded: event.ctrlKey || event.metaKey })}
        >
          {branch.label}
        </span>
        {branch.note !== undefined && <span class="note">{branch.note}</span>}
      </div>
      {isOpen && branch.opens && <Below {...props} level={level + 1} />}
    </li>
  );
}

function Below(props: ItemProps) {
  const loaded = useLoaded(
    (signal) => props.children(props.branch.id, signal),
    [props.branch.id, props.children],
  );
  if (loaded.state === "failed") return <Failed error={loaded.error} retry={loaded.again} />;
  if (!loaded.value) return <Loading />;
  return (
    <ul role="group">
      {loaded.value.map((branch) => (
        <Item key={branch.id} {...props} branch={branch} />
      ))}
    </ul>
  );
}
