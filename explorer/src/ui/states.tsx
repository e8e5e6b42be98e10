// What is shown while something is not there: still loading, nothing found, or failed.
import type { ComponentChildren } from "preact";
import { Outdated, Refused, Unreachable } from "../server/refusals";
import { texts } from "../texts/en";

export function Loading({ label = texts.loading }: { label?: string }) {
  return (
    <p class="state" role="status">
      <span class="spinner" aria-hidden="true" /> {label}
    </p>
  );
}

export function Empty(props: { title: string; hint?: string; children?: ComponentChildren }) {
  return (
    <div class="state empty" role="status">
      <p class="state-title">{props.title}</p>
      {props.hint && <p>{props.hint}</p>}
      {props.children}
    </div>
  );
}

/** An error in words, with its faults by their paths, and a way on. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <div class="state failed" role="alert">
      <p class="state-title">{wordsOf(error)}</p>
      {error instanceof Refused && <Faults faults={error.faults} />}
      {retry && (
        <button type="button" onClick={retry}>
          {texts.tryAgain}
        </button>
      )}
    </div>
  );
}

export function Faults({ faults }: { faults: Record<string, string[]> }) {
  const entries = Object.entries(faults);
  if (!entries.length) return null;
  return (
    <ul class="faults">
      {entries.map(([path, messages]) => (
        <li key={path}>
          <code>{path}</code> {messages.join(" ")}
        </li>
      ))}
    </ul>
  );
}

export function wordsOf(error: unknown): string {
  if (error instanceof Unreachable) return texts.unreachable;
  if (error instanceof Outdated) return texts.outdated;
  if (error instanceof Error) return error.message;
  return texts.failed;
}
