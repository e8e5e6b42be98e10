// The view of this tab, kept in its address.
import { signal } from "@preact/signals";
import { mayLeave } from "./unsaved";
import { fromHash, toHash, type View } from "./view";

export const view = signal<View>(fromHash(location.hash));

addEventListener("hashchange", ({ oldURL }) => {
  if (mayLeave()) view.value = fromHash(location.hash);
  else history.pushState(null, "", oldURL);
});

/** Show another view, as a step that the browser can go back from. */
export function show(next: View): void {
  location.hash = toHash(next);
}

/** Show a view that differs in a detail, such as a letter more in the search box: no step of its own. */
export function adjust(next: View): void {
  history.replaceState(null, "", toHash(next));
  view.value = next;
}
