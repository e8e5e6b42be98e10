// The search box: finds twins as you type, and its words are a filter like any other.
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { nameOf, searchedTexts } from "../models/names";
import { listTwins } from "../server/api";
import type { Twin } from "../server/types";
import { ontology } from "../server/world";
import { texts } from "../texts/en";
import { useLoaded } from "../ui/loaded";
import { wordsOf } from "../ui/states";
import { show, view } from "../view/place";
import { EVERYTHING, toFilters } from "../view/query";

const SUGGESTED = 8;
const PAUSE_MILLISECONDS = 120; // Between two keys of someone who types fast: one request, not two.

export function SearchBox() {
  const now = view.value;
  const shown = now.page === "twins" ? now.query.text : "";
  const [words, setWords] = useState(shown);
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const asked = useSettled(words.trim(), PAUSE_MILLISECONDS);
  const found = useLoaded(
    async (signal) => ({ asked, twins: asked ? await suggest(asked, signal) : [] }),
    [asked],
  );
  const suggested = (isOpen && words.trim() && found.state !== "failed" && found.value) || null;
  const twins = suggested?.twins ?? [];
  // What was found for fewer letters stays in view, so that nothing flickers, and cannot be chosen by mistake.
  const isCurrent = suggested?.asked === words.trim();

  // Before anyone can type: what is typed while the page is drawn is not to be lost.
  useLayoutEffect(() => setWords(shown), [shown]);
  useLayoutEffect(() => {
    const jump = (event: KeyboardEvent) => {
      const isTyping = (event.target as HTMLElement).closest("input, textarea, select, [contenteditable]");
      if (event.key !== "/" || isTyping) return;
      input.current?.focus();
      event.preventDefault();
    };
    addEventListener("keydown", jump);
    return () => removeEventListener("keydown", jump);
  }, []);

  const leave = () => {
    setOpen(false);
    setAt(-1);
  };
  const open = (twin: Twin) => {
    leave();
    setWords("");
    show({ page: "twin", id: twin.id });
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const chosen = twins[at];
    if (chosen) return open(chosen);
    leave();
    const query = view.value.page === "twins" ? view.value.query : EVERYTHING;
    show({
      page: "twins",
      query: { ...query, text: input.current?.value.trim() ?? "" },
      columns: [],
      sort: null,
    });
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape") return leave();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !twins.length || !isCurrent) return;
    const places = twins.length + 1; // One more than twins: none of them.
    setAt((before) => ((before + 1 + step + places) % places) - 1);
    event.preventDefault();
  };

  return (
    <search class="search">
      <form onSubmit={submit}>
        <input
          ref={input}
          type="search"
          role="combobox"
          list="" // Its list is ours, below.
          aria-label={texts.find.search}
          aria-expanded={twins.length > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={at >= 0 ? `${list}-${at}` : undefined}
          aria-keyshortcuts="/"
          placeholder={texts.find.placeholder}
          autocomplete="off"
          value={words}
          onInput={(event) => {
            setWords(event.currentTarget.value);
            setOpen(true);
            setAt(-1);
          }}
          onKeyDown={press}
          onBlur={leave}
        />
      </form>
      <ul
        id={list}
        role="listbox"
        aria-label={texts.find.results}
        class={twins.length ? (isCurrent ? "suggestions" : "suggestions stale") : "none"}
      >
        {twins.map((twin, index) => (
          <li
            key={twin.id}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === at}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => open(twin)}
          >
            <span>{nameOf(twin)}</span> <span class="hint">{ontology.value.label(twin.modelId)}</span>{" "}
            <code>{twin.id}</code>
          </li>
        ))}
      </ul>
      {isOpen && found.state === "failed" && <p class="suggestions">{wordsOf(found.error)}</p>}
    </search>
  );
}

async function suggest(words: string, signal: AbortSignal): Promise<Twin[]> {
  const filters = toFilters({ ...EVERYTHING, text: words }, searchedTexts(ontology.value));
  return (await listTwins({ ...filters, pageSize: SUGGESTED }, signal)).content;
}

/** A value once it has not changed for a while. */
function useSettled<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
