// What would be lost if this view were left, and the question that comes before it.
import { useLayoutEffect, useRef } from "preact/hooks";
import { texts } from "../texts/en";

const unsaved = new Map<object, string>(); // What each form asks.

/** While a form has something unsaved, whoever leaves its view is asked. Gives back how to say that it was saved. */
export function useUnsaved(isUnsaved: boolean, question = texts.change.leave): () => void {
  const form = useRef({}).current;
  useLayoutEffect(() => {
    if (isUnsaved) unsaved.set(form, question);
    else unsaved.delete(form);
    return () => {
      unsaved.delete(form);
    };
  }, [isUnsaved]);
  return () => {
    unsaved.delete(form);
  };
}

/** Whether nothing would be lost, or it may be. */
export function mayLeave(): boolean {
  const [question] = unsaved.values();
  return question === undefined || confirm(question);
}

addEventListener("beforeunload", (event) => {
  if (unsaved.size) event.preventDefault(); // The browser asks, in its own words.
});
