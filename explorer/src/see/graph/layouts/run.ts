// Lays a sketch out in a worker of its own.
import type { Place, Sketch } from "./sketch";
import type { Answer } from "./worker";
import workerFile from "./worker?worker";

/** Tells places as they come to be, the last of them as final; or what went wrong. Answers how to stop it. */
export function runLayout(
  sketch: Sketch,
  tell: (places: Place[], isFinal: boolean) => void,
  fail: (error: unknown) => void,
): () => void {
  const worker = new Worker(new URL(workerFile, import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
    if (data.isFinal) worker.terminate();
    tell(data.places, data.isFinal);
  });
  worker.addEventListener("error", ({ message }) =>
    fail(new Error(message || "The layout cannot be loaded.")),
  );
  worker.postMessage(sketch);
  return () => worker.terminate();
}
