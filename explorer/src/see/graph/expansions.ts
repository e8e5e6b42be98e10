// What is around the twins that were expanded, loaded as steps come.
import { useEffect, useState } from "preact/hooks";
import { isAbort } from "../../server/refusals";
import type { Step } from "../../view/view";
import { type Found, loadAround } from "./loading";

export interface Expansions {
  around: ReadonlyMap<string, Found>;
  isLoading: boolean;
  /** What went wrong with the last one; null otherwise. */
  failure: unknown;
  again: () => void;
}

/** What was loaded once stays: a step that is taken back and done again needs no request. */
export function useExpansions(steps: readonly Step[]): Expansions {
  const [around, setAround] = useState<ReadonlyMap<string, Found>>(new Map());
  const [failure, setFailure] = useState<unknown>(null);
  const [turn, setTurn] = useState(0);
  const next = steps.find(({ kind, id }) => kind === "expand" && !around.has(id))?.id;
  useEffect(() => {
    setFailure(null);
    if (next === undefined) return;
    const controller = new AbortController();
    loadAround(next, controller.signal).then(
      (found) => setAround((before) => new Map([...before, [next, found]])),
      (error) => controller.signal.aborted || isAbort(error) || setFailure(error),
    );
    return () => controller.abort();
  }, [next, turn]);
  return {
    around,
    isLoading: next !== undefined && failure === null,
    failure,
    again: () => setTurn((before) => before + 1),
  };
}
