import fc from "fast-check";
import { expect, test } from "vitest";
import type { Operator } from "../src/models/fields";
import type { Json } from "../src/server/types";
import type { Query } from "../src/view/query";
import { fromHash, START, toHash, type View } from "../src/view/view";

const word = fc.string({ minLength: 1, maxLength: 12 });
const conditions = fc.record({
  field: word,
  operator: fc.constantFrom<Operator>("equals", "contains", ">", "isNull", "in"),
  value: fc.jsonValue() as fc.Arbitrary<Json>,
});
const query: fc.Arbitrary<Query> = fc.record({
  text: fc.string(),
  models: fc.array(word),
  exact: fc.boolean(),
  location: fc.string(),
  relationship: fc.option(
    fc.record({
      direction: fc.constantFrom("Incoming" as const, "Outgoing" as const, "IncomingOrOutgoing" as const),
      names: fc.array(word),
      models: fc.array(word),
    }),
  ),
  after: fc.string(),
  before: fc.string(),
  conditions: fc.array(conditions),
  any: fc.boolean(),
});
const path = word.filter((text) => !text.startsWith("-"));
const view: fc.Arbitrary<View> = fc.oneof(
  fc.record({
    page: fc.constant("twins" as const),
    query,
    columns: fc.array(word),
    sort: fc.option(fc.record({ path, descending: fc.boolean() })),
  }),
  fc.record({ page: fc.constantFrom("twin" as const, "edit" as const), id: word }),
  fc.record({ page: fc.constant("new" as const), modelId: fc.string() }),
  fc.record({ page: fc.constant("models" as const), id: fc.string() }),
  fc.record({ page: fc.constant("import" as const) }),
);

test("whoever has the address of a view sees the same view", () => {
  fc.assert(fc.property(view, (shown) => void expect(fromHash(toHash(shown))).toEqual(normal(shown))));
});

/** JSON has one zero, and no key that only JavaScript knows. */
function normal(shown: View): View {
  return JSON.parse(JSON.stringify(shown)) as View;
}

test("an address that nobody made leads to the start, and never fails", () => {
  fc.assert(fc.property(fc.string(), (text) => void expect(fromHash(`#/${text}`)).toBeTruthy()));
  expect(fromHash("")).toEqual(START);
  expect(fromHash("#/twins?where=%5B1")).toEqual(START);
});
