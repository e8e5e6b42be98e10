// A tree that is walked with the arrow keys (WAI-ARIA, tree view). Branches are loaded when they are opened, and long ones
// page by page: their last item asks for the next.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { texts } from "../texts/en";
import { type Growing, type Page, usePages } from "./pages";
import { wordsOf } from "./states";

export interface Branch {
  id: string;
  label: string;
  note?: ComponentChildren;
  /** Whether there may be something below it. */
  opens: boolean;
}

interface TreeProps {
  label: string;
  roots: Growing<Branch>;
  children: (id: string, from: string | null, signal: AbortSignal) => Promise<Page<Branch>>;
  selected: readonly string[];
  choose: (id: string, options: { isAdded: boolean }) => void;
  opened?: readonly string[];
}

export function Tree(props: TreeProps) {
  const list = useRef<HTMLUListElement>(null);
  const [focused, setFocused] = useState("");
  const [said, say] = useState("");
  const { roots } = props;
  useLayoutEffect(() => {
    // One item is where Tab leads to; what was it may be gone, when all was loaded again.
    if (!list.current?.querySelector("[role=treeitem][tabindex='0']"))
      setFocused(roots.items[0]?.id ?? moreIn(""));
  }, [roots.items]);

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
    else if (event.key === "ArrowLeft" && now.ariaExpanded !== "true") go(itemAbove(now));
    else if (event.key === "ArrowRight" && now.ariaExpanded === "true")
      go(now.nextElementSibling?.querySelector<HTMLElement>("[role=treeitem]"));
    else if (event.key.length === 1 && /\S/.test(event.key) && !event.ctrlKey && !event.metaKey) {
      const letter = event.key.toLowerCase();
      const next = [...items.slice(at + 1), ...items.slice(0, at)];
      go(next.find((item) => item.dataset.label?.toLowerCase().startsWith(letter)));
    }
  };

  const branches = { ...props, level: 1, focused, setFocused, say };
  return (
    <div class="tree">
      <ul role="tree" aria-label={props.label} ref={list} onKeyDown={walk}>
        <Items {...branches} above="" grown={roots} />
      </ul>
      <p class="unseen" role="status">
        {said}
      </p>
    </div>
  );
}

function itemAbove(item: Element | null): HTMLElement | null {
  return item?.closest("[role=group]")?.previousElementSibling as HTMLElement | null;
}

interface BranchesProps extends TreeProps {
  level: number;
  /** The item that Tab leads to. */
  focused: string;
  setFocused: (id: string) => void;
  say: (said: string) => void;
}

interface ItemsProps extends BranchesProps {
  /** The branch that these are below; "" for the roots. */
  above: string;
  grown: Growing<Branch>;
}

function Items({ above, grown, ...props }: ItemsProps) {
  // What comes on several pages is there once.
  const distinct = [...new Map(grown.items.map((branch) => [branch.id, branch])).values()];
  return (
    <>
      {distinct.map((branch) => (
        <Item key={branch.id} {...props} branch={branch} />
      ))}
      <More {...props} above={above} grown={grown} shown={distinct.length} />
    </>
  );
}

/** Names the last item below a branch, which is no branch itself; no twin or model has such an id. */
function moreIn(above: string): string {
  return `\n${above}`;
}

/**
 * The last item of a branch of which not all is there: it loads, or asks for the next page, also again after one that did
 * not come. From there, the focus goes on to the first item that comes.
 */
function More({ above, grown, shown, ...props }: ItemsProps & { shown: number }) {
  const list = useRef<Element | null>(null);
  const before = useRef(0);
  const { state, error, more } = grown;
  const isAt = props.focused === moreIn(above);
  useLayoutEffect(() => {
    if (state === "loading") return;
    if (state === "failed") return props.say(wordsOf(error));
    const [first, added] = [before.current, shown - before.current];
    before.current = shown;
    if (first && added >= 0) props.say(texts.find.loadedMore(added));
    // An item that is gone leaves the focus to the page as a whole; somebody who has gone elsewhere keeps it.
    const now = document.activeElement;
    if (!isAt || (now !== document.body && now !== list.current?.lastElementChild?.firstElementChild)) return;
    const next = list.current?.children[first]?.firstElementChild ?? itemAbove(list.current);
    (next as HTMLElement | null)?.focus();
  }, [state, shown]);
  if (state === "whole") return null;
  const isLoading = state === "loading";
  const press = (event: Event) => {
    event.preventDefault();
    if (isLoading) return;
    props.say(texts.loadingMore);
    more();
  };
  const label = isLoading ? texts.loadingMore : state === "failed" ? texts.tryAgain : texts.find.more;
  return (
    <li
      role="none"
      ref={(item) => {
        list.current = item?.parentElement ?? list.current;
      }}
    >
      <div
        role="treeitem"
        class="branch more"
        style={{ paddingInlineStart: indent(props.level) }}
        aria-level={props.level}
        aria-busy={isLoading}
        data-label={label}
        tabIndex={isAt ? 0 : -1}
        onFocus={() => props.setFocused(moreIn(above))}
        onClick={press}
        onKeyDown={(event) => (event.key === "Enter" || event.key === " ") && press(event)}
      >
        <span class="twisty">{isLoading && <span class="spinner" aria-hidden="true" />}</span>
        <span class="branch-label">
          {state === "failed" && <span class="branch-failed">{wordsOf(error)} </span>}
          {label}
        </span>
        {shown > 0 && <span class="note">{texts.see.loaded(shown, false)}</span>}
      </div>
    </li>
  );
}

function indent(level: number): string {
  return `${0.3 + level - 1}rem`;
}

interface ItemProps extends BranchesProps {
  branch: Branch;
}

function Item(props: ItemProps) {
  const { branch, level } = props;
  const [isOpen, setOpen] = useState(props.opened?.includes(branch.id) ?? false);
  const isSelected = props.selected.includes(branch.id);
  const press = (event: KeyboardEvent) => {
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
    <li role="none">
      <div
        role="treeitem"
        class={isSelected ? "branch selected" : "branch"}
        style={{ paddingInlineStart: indent(level) }}
        aria-level={level}
        aria-selected={isSelected}
        aria-expanded={branch.opens ? isOpen : undefined}
        data-label={branch.label}
        tabIndex={props.focused === branch.id ? 0 : -1}
        onFocus={() => props.setFocused(branch.id)}
        onKeyDown={press}
      >
        {/* Keys open it on the item itself; this is for the pointer. */}
        <span
          class={branch.opens ? "twisty" : "twisty none"}
          onClick={() => {
            setOpen(!isOpen);
            props.setFocused(branch.id); // What has the focus may be inside, and gone.
          }}
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
  const { branch, children } = props;
  const grown = usePages((from: string | null, signal) => children(branch.id, from, signal), branch.id, 0);
  return (
    <ul role="group">
      <Items {...props} above={branch.id} grown={grown} />
    </ul>
  );
}
