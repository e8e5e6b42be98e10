// Something that comes from the server: loading, there, or failed; asked again when what it depends on changes.
import { useCallback, useEffect, useState } from "preact/hooks";
import { isAbort } from "../server/refusals";

export type Loaded<T> =
  | { state: "loading"; value: T | null }
  | { state: "there"; value: T }
  | { state: "failed"; error: unknown };

/** While it loads again, what was there before stays, so that nothing flickers. */
export function useLoaded<T>(
  load: (signal: AbortSignal) => Promise<T>,
  dependencies: readonly unknown[],
): Loaded<T> & { again: () => void } {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: "loading", value: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    setLoaded((before) => ({ state: "loading", value: before.state === "failed" ? null : before.value }));
    load(controller.signal).then(
      (value) => controller.signal.aborted || setLoaded({ state: "there", value }),
      (error) => controller.signal.aborted || isAbort(error) || setLoaded({ state: "failed", error }),
    );
    return () => controller.abort();
  }, [...dependencies, turn]);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  return { ...loaded, again };
}
