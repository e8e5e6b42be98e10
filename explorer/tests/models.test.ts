import { expect, test } from "vitest";
import { shortName } from "../src/models/definitions";
import { below, fieldsOf, operatorsFor } from "../src/models/fields";
import { nameOf, searchedTexts, valuesAt } from "../src/models/names";
import { Ontology } from "../src/models/ontology";
import type { JsonObject } from "../src/server/types";

function stored(definition: JsonObject) {
  const id = String(definition["@id"]);
  return { id, modelDefinition: JSON.stringify(definition), uploadTime: "2024-01-01T00:00:00Z" };
}

const SPACE = stored({
  "@id": "dtmi:x:Space;1",
  "@type": "Interface",
  displayName: { en: "Space" },
  schemas: [
    {
      "@id": "dtmi:x:Kind;1",
      "@type": "Enum",
      valueSchema: "string",
      enumValues: [{ name: "a", enumValue: "A" }],
    },
  ],
  contents: [
    { "@type": "Property", name: "name", schema: "string" },
    { "@type": "Property", name: "kind", schema: "dtmi:x:Kind;1" },
    { "@type": ["Property", "Area"], name: "area", schema: "double", unit: "squareMetre" },
    {
      "@type": "Property",
      name: "ids",
      schema: {
        "@type": "Array",
        elementSchema: { "@type": "Object", fields: [{ name: "value", schema: "string" }] },
      },
    },
    { "@type": "Relationship", name: "isPartOf", target: "dtmi:x:Space;1" },
    { "@type": "Component", name: "size", schema: "dtmi:x:Size;1" },
  ],
});
const ROOM = stored({
  "@id": "dtmi:x:Room;1",
  "@type": "Interface",
  extends: ["dtmi:x:Space;1"],
  contents: { "@type": "Property", name: "number", schema: "integer" },
});
const SIZE = stored({
  "@id": "dtmi:x:Size;1",
  "@type": "Interface",
  contents: [{ "@type": "Property", name: "height", schema: "double" }],
});
const ontology = new Ontology([SPACE, ROOM, SIZE]);

test("a model has the contents of all that it extends, and knows where each comes from", () => {
  expect(ontology.contents("dtmi:x:Room;1").map(({ name }) => name)).toEqual([
    "name",
    "kind",
    "area",
    "ids",
    "isPartOf",
    "size",
    "number",
  ]);
  expect(ontology.declaredBy("dtmi:x:Room;1", "area")).toBe("dtmi:x:Space;1");
  expect(ontology.family("dtmi:x:Space;1")).toEqual(["dtmi:x:Space;1", "dtmi:x:Room;1"]);
  expect(ontology.roots.map(({ id }) => id)).toEqual(["dtmi:x:Size;1", "dtmi:x:Space;1"]);
});

test("fields lead into objects, across arrays and into components", () => {
  const fields = ontology.fields(["dtmi:x:Room;1"]);
  expect(fields.map(({ path }) => path)).toEqual([
    "area",
    "ids.value",
    "kind",
    "name",
    "number",
    "size.height",
  ]);
  expect(fields.find(({ path }) => path === "area")?.unit).toBe("squareMetre");
  expect(fields.find(({ path }) => path === "kind")?.schema).toEqual({
    kind: "enum",
    values: [{ value: "A", label: "a" }],
  });
});

test("a key that is no plain name is quoted in a path, and found again by it", () => {
  expect(below("customTags", "a.b")).toBe('customTags["a.b"]');
  expect(valuesAt({ customTags: { "a.b": 1 } }, 'customTags["a.b"]')).toEqual([1]);
  expect(valuesAt({ ids: [{ value: 1 }, { value: 2 }, {}] }, "ids.value")).toEqual([1, 2]);
});

test("every schema has operators, and texts are compared as texts", () => {
  expect(operatorsFor({ kind: "text" })).toContain("contains");
  expect(operatorsFor({ kind: "integer" })).not.toContain("contains");
  expect(operatorsFor({ kind: "other", name: "LengthUnit" }).length).toBeGreaterThan(0);
  expect(fieldsOf([])).toEqual([]);
});

test("the search box looks into the texts that most models share", () => {
  expect(searchedTexts(ontology)).toEqual([]);
  expect(shortName("dtmi:com:willowinc:Level;1")).toBe("Level");
});

test("a twin whose name cannot be seen is called by its id, so that there is something to click", () => {
  const called = (name: string) =>
    nameOf({
      id: "R-1",
      modelId: "dtmi:x:Space;1",
      lastUpdateTime: "2024-01-01T00:00:00Z",
      contents: { name },
    });
  expect(["", " ", "\t\u00a0", " a"].map(called)).toEqual(["R-1", "R-1", "R-1", " a"]);
});
