// The fields that filters can ask for, with the operators that go with their schemas (contract, propertyFilter).
import { type Content, OTHER, type Schema } from "./definitions";

export interface Field {
  path: string;
  label: string;
  schema: Schema;
  unit: string | null;
}

const PLAIN_KEY = /^[A-Za-z_$][\w$-]*$/;

/** A path with one more key, quoted where filters need it (contract: `customTags["a.b"]`). */
export function below(path: string, key: string): string {
  if (PLAIN_KEY.test(key)) return path ? `${path}.${key}` : key;
  return `${path}[${JSON.stringify(key)}]`;
}

export const FIXED_FIELDS: readonly Field[] = [
  { path: "id", label: "id", schema: { kind: "text" }, unit: null },
  { path: "modelId", label: "modelId", schema: { kind: "text" }, unit: null },
  { path: "lastUpdateTime", label: "lastUpdateTime", schema: { kind: "dateTime" }, unit: null },
];

/** Every path below these properties; keys of maps are the user's, so of a map there is only the whole. */
export function fieldsOf(
  properties: readonly Content[],
  within: { path: string; label: string } = { path: "", label: "" },
): Field[] {
  return properties.flatMap((property) =>
    fieldsIn(
      below(within.path, property.name),
      within.label ? `${within.label} › ${property.label}` : property.label,
      property.schema ?? OTHER,
      property.unit,
    ),
  );
}

function fieldsIn(path: string, label: string, schema: Schema, unit: string | null): Field[] {
  switch (schema.kind) {
    case "object":
      return schema.fields.flatMap((field) =>
        fieldsIn(below(path, field.name), `${label} › ${field.label}`, field.schema, null),
      );
    case "array":
      // A path that crosses an array matches when any element does.
      return schema.element.kind === "object"
        ? fieldsIn(path, label, schema.element, unit)
        : [{ path, label, schema, unit }];
    default:
      return [{ path, label, schema, unit }];
  }
}

export type Operator =
  | "equals"
  | "notEquals"
  | ">"
  | ">="
  | "<"
  | "<="
  | "after"
  | "before"
  | "contains"
  | "notContains"
  | "startsWith"
  | "endsWith"
  | "in"
  | "notIn"
  | "isNull"
  | "isNotNull"
  | "isEmpty"
  | "isNotEmpty";

const PRESENCE: Operator[] = ["isNotNull", "isNull"];
const TEXT: Operator[] = [
  "contains",
  "equals",
  "startsWith",
  "endsWith",
  "in",
  "notEquals",
  "notContains",
  "notIn",
];
const NUMBER: Operator[] = ["equals", ">", ">=", "<", "<=", "in", "notEquals", "notIn"];

/** What can be asked of a field, the likeliest first. */
export function operatorsFor(schema: Schema): Operator[] {
  switch (schema.kind) {
    case "text":
      return [...TEXT, ...PRESENCE, "isEmpty", "isNotEmpty"];
    case "number":
    case "integer":
      return [...NUMBER, ...PRESENCE];
    case "boolean":
      return ["equals", "notEquals", ...PRESENCE];
    case "date":
    case "dateTime":
      return ["after", "before", "equals", "notEquals", ...PRESENCE];
    case "time":
    case "duration":
      return ["equals", "notEquals", "in", ...PRESENCE];
    case "enum":
      return ["equals", "in", "notEquals", "notIn", ...PRESENCE];
    case "array":
      return ["contains", "notContains", "isEmpty", "isNotEmpty", ...PRESENCE];
    case "map":
    case "object":
    case "other":
      return ["isNotEmpty", "isEmpty", ...PRESENCE];
  }
}

export function takesNoValue(operator: Operator): boolean {
  return ["isNull", "isNotNull", "isEmpty", "isNotEmpty"].includes(operator);
}

export function takesList(operator: Operator): boolean {
  return operator === "in" || operator === "notIn";
}
