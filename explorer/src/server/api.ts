// The API, operation by operation: nothing that another program could not ask as well.
import { texts } from "../texts/en";
import { ask, askJson } from "./asking";
import { Refused } from "./refusals";
import { base } from "./session";
import type {
  BulkLine,
  Filters,
  Json,
  ListRequest,
  Page,
  Relationship,
  ServerSettings,
  StoredModel,
  Twin,
  Way,
} from "./types";

const IDS_MAX = 1_000; // Of `POST /twins/ids`.

// Below twins/ stand operations, too: a twin of such a name is told from them by its encoding.
const OPERATIONS = ["bulk", "count", "graph", "ids", "relationships"];
const encoded = (id: string) =>
  OPERATIONS.includes(id) ? `%${id.charCodeAt(0).toString(16)}${id.slice(1)}` : encodeURIComponent(id);
const twinPath = (id: string) => `twins/${encoded(id)}`;
const modelPath = (id: string) => `models/${encodeURIComponent(id)}`;

// However they are encoded, browsers take these for steps of a path (WHATWG URL, 4.4): such a twin has none, and bodies
// name it.
const hasPath = (id: string) => id !== "." && id !== "..";
const called = (id: string): Filters => ({ propertyFilter: { field: "id", operator: "equals", value: id } });
const notThere = () => new Refused({ title: texts.see.notThere, status: 404 });

export async function serverSettings(): Promise<ServerSettings> {
  return (await (await fetch(new URL("explorer/settings.json", base))).json()) as ServerSettings;
}

export const listTwins = (request: ListRequest, signal?: AbortSignal, bytesMax?: number) =>
  askJson<Page>("POST", "twins", { body: request, signal, bytesMax });

export const countTwins = (filters: Filters, signal?: AbortSignal) =>
  askJson<number>("POST", "twins/count", { body: filters, signal });

/** Throws Refused where there is none. */
export async function getTwin(id: string, signal?: AbortSignal): Promise<Twin> {
  if (hasPath(id)) return askJson<Twin>("GET", twinPath(id), { signal });
  const [twin] = await findTwins([id], signal);
  if (!twin) throw notThere();
  return twin;
}

/** Those of these twins that there are, in order, each once. */
export async function findTwins(ids: Iterable<string>, signal?: AbortSignal): Promise<Twin[]> {
  const distinct = [...new Set(ids)];
  const found: Twin[] = [];
  for (let from = 0; from < distinct.length; from += IDS_MAX) {
    const body = distinct.slice(from, from + IDS_MAX);
    found.push(...(await askJson<Twin[]>("POST", "twins/ids", { body, signal })));
  }
  return found;
}

/** The twins that relationships of these names lead to from a twin. */
export async function targetsOf(id: string, names: readonly string[], signal?: AbortSignal): Promise<Twin[]> {
  const led = { alias: "targets", relationshipNames: names, direction: "Outgoing" };
  const body = { alias: "twin", id, relationships: [led] };
  const { twin } = await askJson<{ twin: { targets: Twin[] } }>("POST", "twins/graph", { body, signal });
  return twin.targets;
}

/** A page of them in one direction, by name, and the token of the next. Of a twin that has no path, all at once. */
export async function relationshipPage(
  id: string,
  way: Way,
  asked: { pageSize: number; token?: string | null },
  signal?: AbortSignal,
): Promise<{ items: Relationship[]; following: string | null }> {
  if (!hasPath(id)) {
    const include = { [`${way}Relationships`]: true };
    const [twin] = (await listTwins({ ...called(id), include }, signal)).content;
    if (!twin) throw notThere();
    return { items: twin[`${way}Relationships`] ?? [], following: null };
  }
  const query = {
    pageSize: String(asked.pageSize),
    ...(asked.token ? { continuationToken: asked.token } : {}),
  };
  const answer = await ask("GET", `${twinPath(id)}/relationships/${way}`, { query, signal });
  const next = /<([^>]*)>; rel="next"/.exec(answer.headers.get("Link") ?? "")?.[1];
  const following = next ? new URL(next, answer.url).searchParams.get("continuationToken") : null;
  return { items: (await answer.json()) as Relationship[], following };
}

/** A twin with its entity tag, for a change that is made only if nobody else was faster. */
export async function getTwinWithTag(id: string): Promise<{ twin: Twin; tag: string }> {
  if (!hasPath(id)) {
    const twin = await getTwin(id);
    return { twin, tag: twin.lastUpdateTime }; // Bodies have no tags; this, too, is another after each change.
  }
  const answer = await ask("GET", twinPath(id));
  return { twin: (await answer.json()) as Twin, tag: answer.headers.get("ETag") ?? "" };
}

/** `ifMatch`: only if the twin still has this tag. Throws Refused. */
export async function putTwin(
  twin: Pick<Twin, "id" | "modelId" | "contents">,
  conditions: { ifMatch?: string; ifNew?: boolean } = {},
): Promise<Twin> {
  const { ifMatch, ifNew } = conditions;
  if (ifMatch && !hasPath(twin.id) && (await getTwin(twin.id)).lastUpdateTime !== ifMatch)
    throw new Refused({ title: texts.change.conflict, status: 412 });
  return askJson<Twin>("PUT", "twins", {
    body: { id: twin.id, modelId: twin.modelId, contents: twin.contents },
    headers: {
      ...(ifMatch ? { "If-Match": hasPath(twin.id) ? ifMatch : "*" } : {}),
      ...(ifNew ? { "If-None-Match": "*" } : {}),
    },
  });
}

export async function deleteTwin(id: string, options: { cascade: boolean }): Promise<void> {
  if (!hasPath(id)) {
    if (!(await deleteTwins(called(id), { ...options, dryRun: false })).deleted) throw notThere();
    return;
  }
  await ask("DELETE", twinPath(id), { query: { cascade: options.cascade } });
}

/** What deleting everything that these filters find would come to, or has come to. */
export const deleteTwins = (filters: Filters, options: { cascade: boolean; dryRun: boolean }) =>
  askJson<Deletion>("DELETE", "twins", { body: { filter: filters }, query: options });

export const putRelationship = (relationship: Omit<Relationship, "id">) =>
  askJson<Relationship>("PUT", "twins/relationships", { body: relationship });

export async function deleteRelationship(sourceId: string, id: string): Promise<void> {
  if (!hasPath(sourceId)) return deleteRelationships([id]);
  await ask("DELETE", `${twinPath(sourceId)}/relationships/${encodeURIComponent(id)}`);
}

/** Delete those of these ids that are there, all or none. */
export async function deleteRelationships(relationshipIds: readonly string[]): Promise<void> {
  await ask("DELETE", "twins/relationships", { body: { filter: { relationshipIds } } });
}

export const listModels = (signal?: AbortSignal) =>
  askJson<StoredModel[]>("GET", "models", { query: { includeModelDefinitions: true }, signal });

export const addModels = (models: Json) => askJson<StoredModel[]>("POST", "models", { body: models });

export async function deleteModel(id: string): Promise<void> {
  await ask("DELETE", modelPath(id));
}

export const modelSchema = (id: string) => askJson<JsonSchema>("GET", `${modelPath(id)}/schema`);

export interface Deletion {
  matched: number;
  deleted: number;
  relationshipsDeleted: number;
}

/** As much of JSON Schema (2020-12) as the server's schemas of models use. */
export interface JsonSchema {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  title?: string;
  description?: string;
  type?: string | string[];
  const?: Json;
  enum?: Json[];
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  format?: string;
  readOnly?: boolean;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  propertyNames?: JsonSchema;
  items?: JsonSchema;
  required?: string[];
}

/** Put many twins or relationships; the report is read line by line as it comes. */
export async function* putInBulk(
  kind: "twins" | "relationships",
  content: { body: BodyInit; type: "application/x-ndjson" | "text/csv" },
  options: { dryRun: boolean; signal?: AbortSignal },
): AsyncGenerator<BulkLine> {
  const path = kind === "twins" ? "twins/bulk" : "twins/relationships/bulk";
  const raw = { content: content.body, type: content.type };
  const answer = await ask("POST", path, { raw, query: { dryRun: options.dryRun }, signal: options.signal });
  for await (const line of lines(answer)) yield JSON.parse(line) as BulkLine;
}

async function* lines(answer: Response): AsyncGenerator<string> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) break;
    const parts = (rest + value).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) if (part) yield part;
  }
  if (rest) yield rest;
}
