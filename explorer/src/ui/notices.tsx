// What was just done, at the foot of the page for a while, with the way back where there is one.
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { texts } from "../texts/en";
import { wordsOf } from "./states";

interface Notice {
  number: number;
  text: string;
  undo?: () => Promise<void>;
}

const SHOWN_MILLISECONDS = 15_000;
const notices = signal<Notice[]>([]);
let last = 0;

/** Say what was done. `undo` takes it back, by requests of its own. */
export function say(text: string, undo?: () => Promise<void>): void {
  last += 1;
  notices.value = [...notices.value.slice(-2), { number: last, text, ...(undo ? { undo } : {}) }];
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

function Shown({ number, text, undo }: Notice) {
  const [isUndoing, setUndoing] = useState(false);
  useEffect(() => {
    if (isUndoing) return;
    const timer = setTimeout(() => forget(number), SHOWN_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [number, isUndoing]);
  const takeBack = async () => {
    setUndoing(true);
    try {
      await undo?.();
      say(texts.change.undone);
    } catch (error) {
      say(`${texts.change.notUndone} ${wordsOf(error)}`);
    }
    forget(number);
  };
  if (isUndoing) return <div class="notice">{texts.change.undoing}</div>;
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
