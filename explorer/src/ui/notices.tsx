// What was just done, at the foot of the page for a while, with the way back where there is one.
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { texts } from "../texts/en";
import { wordsOf } from "./states";

/** How far something is that takes a while. */
interface Progress {
  done: number;
  of: number;
}

/** What is told of an undo while it goes on, and how it hears that it should stop. */
export interface Undoing {
  signal: AbortSignal;
  tell: (progress: Progress) => void;
}

/** Takes back what was done, by requests of its own. Throws where it did not come to its end. */
type Undo = (undoing: Undoing) => Promise<void>;

interface Notice {
  number: number;
  text: string;
  undo?: Undo;
  /** Whether it stays until it is closed. */
  stays?: boolean;
}

const SHOWN_MILLISECONDS = 15_000;
const notices = signal<Notice[]>([]);
let last = 0;

/** Say what was done. */
export function say(text: string, undo?: Undo): void {
  add({ text, ...(undo ? { undo } : {}) });
}

function add(notice: Omit<Notice, "number">): void {
  last += 1;
  notices.value = [...notices.value.slice(-2), { number: last, ...notice }];
}

function forget(number: number): void {
  notices.value = notices.value.filter((one) => one.number !== number);
}

export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map((notice) => (
        <Shown key={notice.number} {...notice} />
      ))}
    </div>
  );
}

function Shown({ number, text, undo, stays }: Notice) {
  const [undoing, setUndoing] = useState<AbortController | null>(null);
  const [progress, setProgress] = useState<Progress | null>(null);
  useEffect(() => {
    if (undoing || stays) return;
    const timer = setTimeout(() => forget(number), SHOWN_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [number, undoing]);
  const takeBack = async () => {
    const controller = new AbortController();
    setUndoing(controller);
    try {
      await undo?.({ signal: controller.signal, tell: setProgress });
      say(texts.change.undone);
    } catch (error) {
      add({ text: `${texts.change.notUndone} ${wordsOf(error)}`, stays: true });
    }
    forget(number);
  };
  if (undoing) return <Running progress={progress} stop={() => undoing.abort()} />;
  return (
    <div class="notice">
      <span>{text}</span>
      {undo && (
        <button type="button" onClick={takeBack}>
          {texts.change.undo}
        </button>
      )}
      <button type="button" class="icon" aria-label={texts.close} onClick={() => forget(number)}>
        ✕
      </button>
    </div>
  );
}

/** An undo that goes on. Of one that is done in a moment, there is nothing to stop. */
function Running({ progress, stop }: { progress: Progress | null; stop: () => void }) {
  return (
    <div class="notice">
      <span>{texts.change.undoing}</span>
      {progress && (
        <>
          <progress value={progress.done} max={progress.of} aria-label={texts.change.undoing} />
          <span aria-hidden="true">{texts.change.undoingPart(progress.done, progress.of)}</span>
          <button type="button" onClick={stop}>
            {texts.change.stopUndoing}
          </button>
        </>
      )}
    </div>
  );
}
