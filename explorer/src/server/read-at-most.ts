// A part of an answer that may be much longer than anybody has a use for.
import { TooLong } from "./refusals";

/** The answer's text, if it is not longer than so many bytes; else the rest is not loaded. Throws TooLong. */
export async function readAtMost(answer: Response, bytesMax: number): Promise<string> {
  const reader = answer.body?.getReader();
  const parts: BlobPart[] = [];
  let length = 0;
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) return new Blob(parts).text();
    parts.push(value as Uint8Array<ArrayBuffer>);
    length += value.length;
    if (length <= bytesMax) continue;
    await reader?.cancel();
    throw new TooLong();
  }
}
