import { expect, test } from "vitest";
import { readAtMost } from "../src/server/read-at-most";
import { TooLong } from "../src/server/refusals";

/** An answer of so many pieces of ten bytes each, of which it is noted how many were loaded. */
function answer(pieces: number) {
  const told = { loaded: 0, isCancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (told.loaded === pieces) return controller.close();
        told.loaded += 1;
        controller.enqueue(new TextEncoder().encode("\u00e4".repeat(5)));
      },
      cancel() {
        told.isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { told, response: new Response(body) };
}

test("an answer that is short enough is read as a whole", async () => {
  expect(await readAtMost(answer(10).response, 100)).toBe("\u00e4".repeat(50));
});

test("of one that is too long, no more is loaded than shows that it is", async () => {
  const { told, response } = answer(1_000);
  await expect(readAtMost(response, 100)).rejects.toThrow(TooLong);
  expect(told).toEqual({ loaded: 11, isCancelled: true });
});
