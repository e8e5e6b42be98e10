// What is around the twins that were expanded, loaded as steps come.
import { useEffect, useMemo, useState } from "preact/hooks";
import { isAbort } from "../../server/refusals";
import type { Step } from "../../view/view";
import { type Found, loadAround } from "./loading";

export interface Expansions {
  /** All that is around the twin of a step, as far as it was expanded then; undefined while it is not loaded. */
  added: readonly (Found | undefined)[];
  /** The same of each twin that was expanded, as far as it is expanded now. */
  latest: ReadonlyMap<string, Found>;
  isLoading: boolean;
  /** What went wrong with the last one; null otherwise. */
  failure: unknown;
  again: () => void;
}

type Parts = ReadonlyMap<string, readonly Found[]>;

/**
 * A twin that is expanded once more goes on where it stopped; one that the graph began with, after its beginning. What was
 * loaded once stays: a step that is taken back and done again needs no request.
 */
export function useExpansions(steps: readonly Step[], begun: Parts): Expansions {
  const [parts, setParts] = useState(begun);
  const [failure, setFailure] = useState<unknown>(null);
  const [turn, setTurn] = useState(0);
  const { added, latest, missing } = useMemo(() => follow(steps, begun, parts), [steps, begun, parts]);
  const after = latest.get(missing ?? "")?.following;
  useEffect(() => {
    setFailure(null);
    if (missing === undefined) return;
    const controller = new AbortController();
    loadAround(missing, controller.signal, after).then(
      (found) =>
        setParts((before) => new Map([...before, [missing, [...(before.get(missing) ?? []), found]]])),
      (error) => controller.signal.aborted || isAbort(error) || setFailure(error),
    );
    return () => controller.abort();
  }, [missing, after, turn]);
  return {
    added,
    latest,
    isLoading: missing !== undefined && failure === null,
    failure,
    again: () => setTurn((before) => before + 1),
  };
}

/** What each step comes to, and the first twin of which more has to be loaded. */
export function follow(steps: readonly Step[], begun: Parts, parts: Parts) {
  const taken = new Map([...begun].map(([id, some]) => [id, some.length]));
  const latest = new Map([...begun].map(([id, some]) => [id, together(some)]));
  let missing: string | undefined;
  const added = steps.map(({ kind, id }) => {
    if (kind === "remove") return undefined;
    const count = (taken.get(id) ?? 0) + 1;
    const found = parts.get(id)?.slice(0, count) ?? [];
    if (found.length === count || latest.get(id)?.following === null) {
      taken.set(id, found.length);
      latest.set(id, together(found));
      return latest.get(id);
    }
    missing ??= id;
    return undefined;
  });
  return { added, latest, missing };
}

/** What was found piece by piece: all that is around a twin, until it goes on. */
function together(some: readonly Found[]): Found {
  const { isCut, following } = some.at(-1) ?? { isCut: false, following: null };
  return { twins: some.flatMap(({ twins }) => twins), isCut, following };
}
