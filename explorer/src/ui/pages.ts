// A list that grows page by page as it is looked through.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { isAbort } from "../server/refusals";

/** A page, and what leads to the next, such as a token; null after the last. */
export interface Page<T, Following = string> {
  items: readonly T[];
  following: Following | null;
}

export interface Paged<T> {
  items: readonly T[];
  state: "loading" | "more" | "whole" | "failed";
  error?: unknown;
}

export interface Growing<T> extends Paged<T> {
  more: () => void;
  again: () => void;
}

/** A list that is there, with nothing to come. */
export function whole<T>(items: readonly T[]): Growing<T> {
  return { items, state: "whole", more: () => {}, again: () => {} };
}

/**
 * The first page at once, others by `more`. `key`: what is listed; when it changes all begins anew. `turn`: when it
 * changes it loads from the start again, and what was there before stays until then, so that nothing flickers.
 */
export function usePages<T, Following = string>(
  load: (from: Following | null, signal: AbortSignal) => Promise<Page<T, Following>>,
  key: string,
  turn: number,
): Growing<T> {
  const [paged, setPaged] = useState<Paged<T>>({ items: [], state: "loading" });
  const [attempt, setAttempt] = useState(0);
  const next = useRef<(() => void) | null>(null);
  const loadedKey = useRef(key);
  useEffect(() => {
    const controller = new AbortController();
    const add = async (from: Following | null, before: readonly T[]) => {
      next.current = null;
      try {
        const { items, following } = await load(from, controller.signal);
        const all = [...before, ...items];
        next.current = following === null ? null : () => follow(following, all);
        setPaged({ items: all, state: following === null ? "whole" : "more" });
      } catch (error) {
        if (controller.signal.aborted || isAbort(error)) return;
        next.current = () => follow(from, before);
        setPaged({ items: before, state: "failed", error });
      }
    };
    const follow = (from: Following | null, before: readonly T[]) => {
      setPaged({ items: before, state: "loading" });
      add(from, before);
    };
    const isSame = loadedKey.current === key;
    loadedKey.current = key;
    setPaged((before) => (isSame && before.state !== "failed" ? before : { items: [], state: "loading" }));
    add(null, []);
    return () => controller.abort();
  }, [key, turn, attempt]);
  const more = useCallback(() => next.current?.(), []);
  const again = useCallback(() => setAttempt((before) => before + 1), []);
  return { ...paged, more, again };
}
