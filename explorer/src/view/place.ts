// The view of this tab, kept in its address.
import { signal } from "@preact/signals";
import { mayLeave } from "./unsaved";
import { fromHash, toHash, type View } from "./view";

export const view = signal<View>(fromHash(location.hash));

// Each entry of the tab's history has its number, so that a step that is declined is taken back, whichever way it led.
let entry = numberOf(history.state) ?? 0;
history.replaceState({ entry }, "");

addEventListener("hashchange", () => {
  const next = numberOf(history.state) ?? entry + 1; // A link's is new, and has none yet.
  history.replaceState({ entry: next }, "");
  if (next === entry) return; // Back from a step that was declined.
  if (!mayLeave()) return history.go(entry - next);
  entry = next;
  view.value = fromHash(location.hash);
});

function numberOf(state: unknown): number | undefined {
  return (state as { entry?: number } | null)?.entry;
}

/** Show another view, as a step that the browser can go back from. */
export function show(next: View): void {
  location.hash = toHash(next);
}

/** Show a view that differs in a detail, such as a letter more in the search box: no step of its own. */
export function adjust(next: View): void {
  history.replaceState(history.state, "", toHash(next));
  view.value = next;
}
