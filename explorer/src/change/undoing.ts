// Taking back what was done in many parts: how far it is, whether to go on, and what of it could not be taken back.
import { Refused } from "../server/refusals";
import { texts } from "../texts/en";
import { isolated } from "../texts/isolation";
import type { Undoing } from "../ui/notices";
import { wordsOf } from "../ui/states";

const NAMED_MAX = 3; // Of what could not be taken back; a notice has no room for more.

/** Not all of it was taken back. */
export class PartlyUndone extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PartlyUndone";
  }
}

/** Counts parts as they are taken back, or not. */
export class Tally {
  readonly #of: number;
  readonly #undoing: Undoing;
  #done = 0;
  #failures: string[] = [];
  #cause: unknown;

  constructor(of: number, undoing: Undoing) {
    this.#of = of;
    this.#undoing = undoing;
  }

  /** Whether somebody has said so, or nothing more is answered. */
  get isOver(): boolean {
    return this.#undoing.signal.aborted || this.#cause !== undefined;
  }

  done(parts = 1): void {
    this.#done += parts;
    this.#tell();
  }

  fail(what: string, why: string): void {
    this.#failures.push(`${isolated(what)}: ${why}`);
    this.#tell();
  }

  /** What was refused is one part that could not be taken back; anything else ends it. */
  stumble(what: string, error: unknown): void {
    if (error instanceof Refused) this.fail(what, error.message);
    else this.end(error);
  }

  /** Nothing more is taken back, for this reason. */
  end(error: unknown): void {
    if (!this.isOver) this.#cause = error;
  }

  /** Throws PartlyUndone, unless all of it was taken back. */
  judge(): void {
    if (this.#done === this.#of) return;
    const named = this.#failures.slice(0, NAMED_MAX);
    const reasons = this.#cause === undefined ? named : [...named, wordsOf(this.#cause)];
    throw new PartlyUndone(
      texts.change.partlyUndone(this.#done, this.#of, reasons, this.#failures.length - named.length),
    );
  }

  #tell(): void {
    this.#undoing.tell({ done: this.#done + this.#failures.length, of: this.#of });
  }
}
