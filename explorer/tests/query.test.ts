import { expect, test } from "vitest";
import { EVERYTHING, isEverything, toFilters } from "../src/view/query";

test("a query that asks for nothing is a request without filters", () => {
  expect(toFilters(EVERYTHING)).toEqual({});
  expect(isEverything(EVERYTHING)).toBe(true);
});

test("every part of a query becomes its filter of the contract", () => {
  const filters = toFilters(
    {
      text: " pump ",
      models: ["dtmi:x:A;1"],
      exact: true,
      location: "BLDG-1",
      relationship: { direction: "Outgoing", names: ["isFedBy"], models: ["dtmi:x:B;1"] },
      after: "2024-01-01T00:00:00Z",
      before: "",
      conditions: [
        { field: "code", operator: "isNull", value: null },
        { field: "area.grossArea", operator: ">", value: 5 },
      ],
      any: true,
    },
    ["code"],
  );
  expect(filters).toEqual({
    modelFilter: { modelIds: ["dtmi:x:A;1"], exactModelMatch: true },
    relationshipFilter: {
      relationshipDirection: "Outgoing",
      relationshipNames: ["isFedBy"],
      relatedModelFilter: { modelIds: ["dtmi:x:B;1"] },
    },
    locationFilter: { locationId: "BLDG-1" },
    dateFilter: { lastUpdatedAfter: "2024-01-01T00:00:00Z" },
    propertyFilter: {
      filterConditionOperator: "And",
      filters: [
        {
          filterConditionOperator: "Or",
          filters: [
            { field: "id", operator: "contains", value: "pump" },
            { field: "name", operator: "contains", value: "pump" },
            { field: "code", operator: "contains", value: "pump" },
          ],
        },
        {
          filterConditionOperator: "Or",
          filters: [
            { field: "code", operator: "isNull" },
            { field: "area.grossArea", operator: ">", value: 5 },
          ],
        },
      ],
    },
  });
});
