// A list that grows page by page as it is looked through.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { listTwins } from "../server/api";
import { isAbort } from "../server/refusals";
import type { Filters, Twin } from "../server/types";

const PAGE_SIZE = 200;

export interface Paged {
  twins: Twin[];
  state: "loading" | "more" | "whole" | "failed";
  error?: unknown;
}

/** The first page at once, others by `more`. `turn`: load from the start again when it changes. */
export function usePages(filters: Filters, turn: number): Paged & { more: () => void; again: () => void } {
  const [paged, setPaged] = useState<Paged>({ twins: [], state: "loading" });
  const [attempt, setAttempt] = useState(0);
  const next = useRef<(() => void) | null>(null);
  const key = JSON.stringify(filters);
  useEffect(() => {
    const controller = new AbortController();
    const load = async (token: string | null, before: Twin[]) => {
      next.current = null;
      setPaged({ twins: before, state: "loading" });
      try {
        // Columns, and so the first page, need no more than a look; what comes after is asked in larger pieces.
        const page = await listTwins(
          token ? { continuationToken: token, pageSize: PAGE_SIZE * 5 } : { ...filters, pageSize: PAGE_SIZE },
          controller.signal,
        );
        const twins = [...before, ...page.content];
        const following = page.continuationToken;
        next.current = following === null ? null : () => load(following, twins);
        setPaged({ twins, state: following === null ? "whole" : "more" });
      } catch (error) {
        if (controller.signal.aborted || isAbort(error)) return;
        next.current = () => load(token, before);
        setPaged({ twins: before, state: "failed", error });
      }
    };
    load(null, []);
    return () => controller.abort();
  }, [key, turn, attempt]);
  const more = useCallback(() => next.current?.(), []);
  const again = useCallback(() => setAttempt((before) => before + 1), []);
  return { ...paged, more, again };
}

/** Every twin that fits, page by page. */
export async function* everyPage(filters: Filters, signal: AbortSignal): AsyncGenerator<Twin[]> {
  let page = await listTwins({ ...filters, pageSize: 1_000 }, signal);
  yield page.content;
  while (page.continuationToken !== null) {
    page = await listTwins({ continuationToken: page.continuationToken, pageSize: 1_000 }, signal);
    yield page.content;
  }
}
