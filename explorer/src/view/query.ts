// What is being looked for, as one value: from it come the chips, the address of the page, and the request.
import type { Operator } from "../models/fields";
import { takesNoValue } from "../models/fields";
import type { Direction, Filters, Json, PropertyFilter } from "../server/types";

/** One comparison of a property. */
export interface Condition {
  field: string;
  operator: Operator;
  value: Json;
}

export interface RelationshipQuery {
  direction: Direction;
  names: string[];
  models: string[];
}

export interface Query {
  text: string;
  models: string[];
  exact: boolean;
  location: string;
  relationship: RelationshipQuery | null;
  after: string;
  before: string;
  conditions: Condition[];
  /** Whether one of the conditions suffices. */
  any: boolean;
}

export const EVERYTHING: Query = {
  text: "",
  models: [],
  exact: false,
  location: "",
  relationship: null,
  after: "",
  before: "",
  conditions: [],
  any: false,
};

/** Where words of the search box are looked for: the id, the name, and the texts that people tell things apart by. */
const SEARCHED = ["id", "name"];

/** The filters of the contract for a query. `texts` are further paths to look for the words in. */
export function toFilters(query: Query, texts: readonly string[] = []): Filters {
  const filters: Filters = {};
  if (query.models.length)
    filters.modelFilter = { modelIds: query.models, ...(query.exact ? { exactModelMatch: true } : {}) };
  if (query.relationship) {
    const { direction, names, models } = query.relationship;
    filters.relationshipFilter = {
      relationshipDirection: direction,
      relationshipNames: names,
      ...(models.length ? { relatedModelFilter: { modelIds: models } } : {}),
    };
  }
  if (query.location) filters.locationFilter = { locationId: query.location };
  if (query.after || query.before)
    filters.dateFilter = {
      ...(query.after ? { lastUpdatedAfter: query.after } : {}),
      ...(query.before ? { lastUpdatedBefore: query.before } : {}),
    };
  const properties = propertyFilter(query, texts);
  if (properties) filters.propertyFilter = properties;
  return filters;
}

function propertyFilter(query: Query, texts: readonly string[]): PropertyFilter | null {
  const parts: PropertyFilter[] = [];
  const words = query.text.trim();
  if (words)
    parts.push({
      filterConditionOperator: "Or",
      filters: [...SEARCHED, ...texts].map((field) => ({ field, operator: "contains", value: words })),
    });
  const leaves = query.conditions.map(leaf);
  if (query.any && leaves.length > 1) parts.push({ filterConditionOperator: "Or", filters: leaves });
  else parts.push(...leaves);
  if (parts.length < 2) return parts[0] ?? null;
  return { filterConditionOperator: "And", filters: parts };
}

function leaf({ field, operator, value }: Condition): PropertyFilter {
  return takesNoValue(operator) ? { field, operator } : { field, operator, value };
}

/** Whether a query leaves nothing out. */
export function isEverything(query: Query): boolean {
  return Object.keys(toFilters(query)).length === 0;
}
