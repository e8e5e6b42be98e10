// The columns of the table: some that every twin has, and those that its models declare.

import { FIXED_FIELDS } from "../models/fields";
import { asText, nameOf, valuesAt } from "../models/names";
import type { Ontology } from "../models/ontology";
import type { Json, Twin } from "../server/types";
import { texts } from "../texts/en";
import type { Query } from "../view/query";
import type { Sort } from "../view/view";

export interface Column {
  path: string;
  label: string;
  unit: string | null;
}

const OWN_MAX = 4; // Columns of the models' own, unless someone chooses.

/** Every column there can be for a query. */
export function columnsFor(query: Query, ontology: Ontology): Column[] {
  const labels = new Map(Object.entries(texts.find.columnLabels));
  return [...FIXED_FIELDS, ...ontology.fields(query.models)].map(({ path, label, unit }) => ({
    path,
    label: labels.get(path) ?? label,
    unit,
  }));
}

/** Those that are shown: as chosen, else what tells these twins apart. */
export function shownColumns(chosen: readonly string[], query: Query, ontology: Ontology): Column[] {
  const all = new Map(columnsFor(query, ontology).map((column) => [column.path, column]));
  const paths = chosen.length ? chosen : [...initial(query, ontology)];
  return paths.map((path) => all.get(path) ?? { path, label: path, unit: null });
}

function initial(query: Query, ontology: Ontology): Set<string> {
  const own = query.models
    .flatMap((id) => ontology.models.get(id)?.contents ?? [])
    .filter(
      ({ kind, schema }) =>
        kind === "Property" && schema && !["object", "array", "map"].includes(schema.kind),
    )
    .map(({ name }) => name);
  const asked = query.conditions.map(({ field }) => field);
  return new Set(["name", "id", "modelId", ...asked, ...own.slice(0, OWN_MAX), "lastUpdateTime"]);
}

/** What a twin has in a column; several values where the path crosses an array. */
export function valueIn(twin: Twin, path: string): Json | undefined {
  switch (path) {
    case "id":
      return twin.id;
    case "modelId":
      return twin.modelId;
    case "lastUpdateTime":
      return twin.lastUpdateTime;
    default: {
      const found = valuesAt(twin.contents, path.replace(/^contents\./, ""));
      return found.length > 1 ? found : found[0];
    }
  }
}

export function cellText(twin: Twin, path: string, ontology: Ontology): string {
  if (path === "name") return nameOf(twin);
  if (path === "modelId") return ontology.label(twin.modelId);
  if (path === "lastUpdateTime") return new Date(twin.lastUpdateTime).toLocaleString();
  return asText(valueIn(twin, path));
}

/** What is loaded, sorted: numbers as numbers, texts as people read them, what is absent last. */
export function sorted(twins: readonly Twin[], sort: Sort | null): readonly Twin[] {
  if (!sort) return twins;
  const value = (twin: Twin) => (sort.path === "name" ? nameOf(twin) : valueIn(twin, sort.path));
  const sign = sort.descending ? -1 : 1;
  return [...twins].sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === undefined || right === undefined)
      return Number(left === undefined) - Number(right === undefined);
    return sign * compare(left, right);
  });
}

function compare(left: Json, right: Json): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  return asText(left).localeCompare(asText(right), "en", { numeric: true });
}
