import { expect, test } from "vitest";
import { asCurl, asPython } from "../src/find/api-call";
import { shownColumns, sorted } from "../src/find/columns";
import { csvRows, ndjson } from "../src/find/save";
import { Ontology } from "../src/models/ontology";
import type { Twin } from "../src/server/types";
import { EVERYTHING } from "../src/view/query";

const twin = (id: string, contents: Twin["contents"]): Twin => ({
  id,
  modelId: "dtmi:x:A;1",
  lastUpdateTime: "2024-01-01T00:00:00.0000000+00:00",
  contents,
});
const columns = [
  { path: "id", label: "Id", unit: null },
  { path: "tags.value", label: "Tags", unit: null },
];

test("a saved table is RFC 4180, and no cell is a formula", () => {
  const rows = csvRows(
    [
      twin('a,"b"', { tags: [{ value: 1 }, { value: 2 }] }),
      twin("=1+1", { tags: { value: -1 } }),
      twin("c", { tags: { value: "" } }),
    ],
    columns,
  );
  expect(rows).toBe('"a,""b""","[1,2]"\r\n"\'=1+1",-1\r\nc,\'\r\n');
});

test("saved lines are twins as the API takes them", () => {
  expect(
    ndjson([twin("a", {}), twin("b", {})])
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).id),
  ).toEqual(["a", "b"]);
});

test("sorted by a column, numbers are numbers, and what is absent comes last either way", () => {
  const twins = [twin("a", { n: 10 }), twin("b", {}), twin("c", { n: 9 })];
  const ids = (descending: boolean) => sorted(twins, { path: "n", descending }).map(({ id }) => id);
  expect(ids(false)).toEqual(["c", "a", "b"]);
  expect(ids(true)).toEqual(["a", "c", "b"]);
});

test("what is asked for is among the columns", () => {
  const query = { ...EVERYTHING, conditions: [{ field: "code", operator: "equals" as const, value: "x" }] };
  expect(shownColumns([], query, new Ontology([])).map(({ path }) => path)).toContain("code");
});

test("a view as a call holds its request, whatever is in it", () => {
  const request = { locationFilter: { locationId: "O'Hare" } };
  expect(asCurl(request, new URL("http://localhost/api/v3/"))).toContain("O'\\''Hare");
  const python = asPython(
    { modelFilter: { modelIds: [], exactModelMatch: true } },
    new URL("http://localhost/"),
  );
  expect(python).toContain('"exactModelMatch": True');
});
