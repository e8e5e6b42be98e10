// What the page shows, as one value, and its address: whoever has the address sees the same.

import type { Direction, Json } from "../server/types";
import { type Condition, EVERYTHING, type Query } from "./query";

export type Layout = "force" | "containment" | "feeds";

export interface Sort {
  path: string;
  descending: boolean;
}

/** What was done to a graph since it was begun: a twin's surroundings were added, or a twin taken out. */
export interface Step {
  kind: "expand" | "remove";
  id: string;
}

export type View =
  | { page: "twins"; query: Query; columns: string[]; sort: Sort | null }
  | { page: "twin"; id: string }
  | { page: "edit"; id: string }
  | { page: "new"; modelId: string }
  | { page: "graph"; ids: string[]; query: Query; steps: Step[]; layout: Layout }
  | { page: "models"; id: string }
  | { page: "import" };

export type GraphView = Extract<View, { page: "graph" }>;

export const START: View = { page: "twins", query: EVERYTHING, columns: [], sort: null };

/** A graph that begins with the wholes and what is in them. Others name twins, or ask for them. */
export const GRAPH: GraphView = { page: "graph", ids: [], query: EVERYTHING, steps: [], layout: "force" };

const LAYOUTS: readonly Layout[] = ["force", "containment", "feeds"];
const DIRECTIONS: readonly Direction[] = ["IncomingOrOutgoing", "Incoming", "Outgoing"];

/** The part of the address after `#` for a view. */
export function toHash(view: View): string {
  const words = new URLSearchParams();
  const put = (name: string, value: string) => value && words.append(name, value);
  const address = (...path: string[]) => {
    const text = words.toString();
    return `#/${path.map(encodeURIComponent).join("/")}${text ? `?${text}` : ""}`;
  };
  switch (view.page) {
    case "twins":
      putQuery(put, view.query);
      for (const column of view.columns) put("column", column);
      if (view.sort) put("sort", (view.sort.descending ? "-" : "") + view.sort.path);
      return address("twins");
    case "twin":
      return address("twin", view.id);
    case "edit":
      return address("twin", view.id, "edit");
    case "new":
      put("model", view.modelId);
      return address("new");
    case "graph":
      for (const id of view.ids) put("twin", id);
      putQuery(put, view.query);
      for (const { kind, id } of view.steps) put(kind, id);
      if (view.layout !== "force") put("layout", view.layout);
      return address("graph");
    case "models":
      return view.id ? address("models", view.id) : address("models");
    case "import":
      return address("import");
  }
}

function putQuery(put: (name: string, value: string) => void, query: Query): void {
  put("text", query.text);
  for (const model of query.models) put("model", model);
  if (query.exact) put("exact", "true");
  put("location", query.location);
  if (query.relationship) {
    put("direction", query.relationship.direction);
    for (const name of query.relationship.names) put("relationship", name);
    for (const model of query.relationship.models) put("related", model);
  }
  put("after", query.after);
  put("before", query.before);
  for (const { field, operator, value } of query.conditions)
    put("where", JSON.stringify([field, operator, value]));
  if (query.any) put("any", "true");
}

/** The view at an address; of what cannot be read there, the start. */
export function fromHash(hash: string): View {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const words = new URLSearchParams(search);
  const [page, id = "", action] = path.split("/").map(decoded);
  switch (page) {
    case "twin":
      if (!id) return START;
      return action === "edit" ? { page: "edit", id } : { page: "twin", id };
    case "new":
      return { page: "new", modelId: words.get("model") ?? "" };
    case "graph":
      return {
        page: "graph",
        ids: words.getAll("twin"),
        query: readQuery(words),
        steps: [...words].flatMap(readStep),
        layout: LAYOUTS.find((one) => one === words.get("layout")) ?? "force",
      };
    case "models":
      return { page: "models", id };
    case "import":
      return { page: "import" };
    default:
      return {
        page: "twins",
        query: readQuery(words),
        columns: words.getAll("column"),
        sort: readSort(words),
      };
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function readQuery(words: URLSearchParams): Query {
  const direction = DIRECTIONS.find((one) => one === words.get("direction"));
  return {
    text: words.get("text") ?? "",
    models: words.getAll("model"),
    exact: words.get("exact") === "true",
    location: words.get("location") ?? "",
    relationship: direction
      ? { direction, names: words.getAll("relationship"), models: words.getAll("related") }
      : null,
    after: words.get("after") ?? "",
    before: words.get("before") ?? "",
    conditions: words.getAll("where").flatMap(readCondition),
    any: words.get("any") === "true",
  };
}

function readCondition(text: string): Condition[] {
  try {
    const [field, operator, value] = JSON.parse(text) as [unknown, unknown, Json];
    if (typeof field !== "string" || typeof operator !== "string") return [];
    // The server judges operators, and says so where one is not known.
    return [{ field, operator: operator as Condition["operator"], value: value ?? null }];
  } catch {
    return [];
  }
}

function readStep([kind, id]: [string, string]): Step[] {
  return kind === "expand" || kind === "remove" ? [{ kind, id }] : [];
}

function readSort(words: URLSearchParams): Sort | null {
  const text = words.get("sort");
  if (!text) return null;
  return text.startsWith("-") ? { path: text.slice(1), descending: true } : { path: text, descending: false };
}
