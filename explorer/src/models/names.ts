// What to call a twin, and the texts that people look for.
import type { Json, Twin } from "../server/types";
import { escaped } from "../texts/isolation";
import type { Ontology } from "./ontology";

const SEEN = /[^\s\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/** Its name where it has one that can be seen, else its id. */
export function nameOf(twin: Twin): string {
  const { name } = twin.contents;
  return typeof name === "string" && SEEN.test(name) ? name : twin.id;
}

const TEXTS_MAX = 8;
const searched = new WeakMap<Ontology, string[]>();

/** The texts that most models share, beside the name: the search box looks there, too. Found once for all models. */
export function searchedTexts(ontology: Ontology): string[] {
  let texts = searched.get(ontology);
  if (!texts) {
    texts = commonTexts(ontology);
    searched.set(ontology, texts);
  }
  return texts;
}

function commonTexts(ontology: Ontology): string[] {
  const counts = new Map<string, number>();
  for (const id of ontology.models.keys())
    for (const property of ontology.properties(id))
      if (property.schema?.kind === "text") counts.set(property.name, (counts.get(property.name) ?? 0) + 1);
  counts.delete("name");
  return [...counts.entries()]
    .sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    .slice(0, TEXTS_MAX)
    .map(([name]) => name);
}

/** What stands in a value at a path of plain keys, across arrays: every one of them. */
export function valuesAt(value: Json | undefined, path: string): Json[] {
  const keys = [...path.matchAll(/[^.[\]"]+|"(?:[^"\\]|\\.)*"/g)].map(([key]) =>
    key.startsWith('"') ? (JSON.parse(key) as string) : key,
  );
  let now: Json[] = value === undefined ? [] : [value];
  for (const key of keys)
    now = now.flatMap((one) => {
      if (typeof one !== "object" || one === null) return [];
      const elements = Array.isArray(one) ? one : [one];
      return elements.flatMap((element) => {
        if (typeof element !== "object" || element === null || Array.isArray(element)) return [];
        const found = element[key];
        return found === undefined ? [] : [found];
      });
    });
  return now;
}

/** A value as a cell of a table shows it. */
export function asText(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  return typeof value === "object" ? escaped(JSON.stringify(value)) : String(value);
}
