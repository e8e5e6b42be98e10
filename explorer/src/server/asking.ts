// One request to the API: with a token, which is renewed once where the server has forgotten it.
import { readAtMost } from "./read-at-most";
import { refusal, Unreachable } from "./refusals";
import { base, signOut, token } from "./session";

export interface Asked {
  body?: unknown;
  /** A body as it is, with its type. */
  raw?: { content: BodyInit; type: string };
  query?: Record<string, string | boolean>;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** How long the answer's JSON may be; of a longer one the rest is not loaded. */
  bytesMax?: number | undefined;
}

/** The answer, whatever its type. `path` is relative to the API: `twins/count`. Throws Refused, Unreachable. */
export async function ask(method: string, path: string, asked: Asked = {}): Promise<Response> {
  let answer = await send(method, path, asked, await token());
  if (answer.status === 401) {
    answer = await send(method, path, asked, await token({ isRefused: true }));
    if (answer.status === 401) signOut();
  }
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

/** The answer's JSON. Throws TooLong, too. */
export async function askJson<T>(method: string, path: string, asked: Asked = {}): Promise<T> {
  const answer = await ask(method, path, asked);
  if (asked.bytesMax === undefined) return (await answer.json()) as T;
  return JSON.parse(await readAtMost(answer, asked.bytesMax)) as T;
}

async function send(method: string, path: string, asked: Asked, bearer: string | null): Promise<Response> {
  const url = new URL(path, base);
  for (const [name, value] of Object.entries(asked.query ?? {})) url.searchParams.set(name, String(value));
  const headers = new Headers(asked.headers);
  if (bearer) headers.set("Authorization", `Bearer ${bearer}`);
  const init: RequestInit = { method, headers, credentials: "omit" };
  if (asked.signal) init.signal = asked.signal;
  if (asked.raw) {
    headers.set("Content-Type", asked.raw.type);
    init.body = asked.raw.content;
  } else if (asked.body !== undefined) {
    headers.set("Content-Type", "application/json");
    init.body = JSON.stringify(asked.body);
  }
  try {
    return await fetch(url, init);
  } catch (error) {
    if (asked.signal?.aborted) throw error;
    throw new Unreachable(error);
  }
}
