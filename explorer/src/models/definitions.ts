// A model's definition (DTDL v2 to v4) as the page reads it: what it is called, and what its twins may hold.
import type { Json, JsonObject, StoredModel } from "../server/types";

export type ContentKind = "Property" | "Relationship" | "Component" | "Telemetry" | "Command";

/** One of an interface's contents. */
export interface Content {
  kind: ContentKind;
  name: string;
  label: string;
  description: string;
  schema: Schema | null;
  unit: string | null;
  /** Of a relationship: the model its target must have. */
  target: string | null;
}

/** What a value may be. */
export type Schema =
  | { kind: "text" | "number" | "integer" | "boolean" | "date" | "dateTime" | "time" | "duration" }
  | { kind: "other"; name: string }
  | { kind: "enum"; values: { value: Json; label: string }[] }
  | { kind: "array"; element: Schema }
  | { kind: "map"; value: Schema }
  | { kind: "object"; fields: { name: string; label: string; schema: Schema }[] };

/** A value that nothing is known of. */
export const OTHER: Schema = { kind: "other", name: "" };

export interface Model {
  id: string;
  label: string;
  description: string;
  parents: string[];
  contents: Content[];
  decommissioned: boolean;
  uploadTime: string;
  definition: JsonObject;
}

const PRIMITIVES: Record<string, Schema> = {
  boolean: { kind: "boolean" },
  string: { kind: "text" },
  uuid: { kind: "text" },
  dateTime: { kind: "dateTime" },
  date: { kind: "date" },
  time: { kind: "time" },
  duration: { kind: "duration" },
  ...Object.fromEntries(
    [
      "byte",
      "short",
      "integer",
      "long",
      "unsignedByte",
      "unsignedShort",
      "unsignedInteger",
      "unsignedLong",
    ].map((name) => [name, { kind: "integer" } as const]),
  ),
  ...Object.fromEntries(["float", "double", "decimal"].map((name) => [name, { kind: "number" } as const])),
};

/** The last part of a model's id: `Level` of `dtmi:com:willowinc:Level;1`. */
export function shortName(modelId: string): string {
  return (
    modelId
      .replace(/;[^;]*$/, "")
      .split(":")
      .pop() ?? modelId
  );
}

/** A model as it is stored, read; without a definition, as one that nothing is known of. */
export function readModel(stored: StoredModel): Model {
  const definition = JSON.parse(stored.modelDefinition ?? "{}") as JsonObject;
  const schemas = new Map(
    list(definition.schemas).map((schema) => [String((schema as JsonObject)["@id"]), schema as JsonObject]),
  );
  return {
    id: stored.id,
    label: text(stored.displayName) || shortName(stored.id),
    description: text(stored.description),
    parents: list(definition.extends).map(idOf),
    contents: list(definition.contents).map((content) => readContent(content as JsonObject, schemas)),
    decommissioned: stored.decommissioned ?? false,
    uploadTime: stored.uploadTime,
    definition,
  };
}

function readContent(content: JsonObject, schemas: ReadonlyMap<string, JsonObject>): Content {
  const types = list(content["@type"]).map(String);
  const kinds: ContentKind[] = ["Relationship", "Component", "Telemetry", "Command"];
  const kind = kinds.find((one) => types.includes(one)) ?? "Property";
  return {
    kind,
    name: String(content.name),
    label: text(content.displayName) || String(content.name),
    description: text(content.description),
    schema: kind === "Property" || kind === "Telemetry" ? readSchema(content.schema ?? null, schemas) : null,
    unit: typeof content.unit === "string" ? content.unit : null,
    target:
      kind === "Component" ? idOf(content.schema ?? null) : content.target ? idOf(content.target) : null,
  };
}

function readSchema(schema: Json, schemas: ReadonlyMap<string, JsonObject>, depth = 0): Schema {
  if (depth > 10) return OTHER;
  const read = (inner: Json | undefined) => readSchema(inner ?? null, schemas, depth + 1);
  if (typeof schema === "string") {
    const named = schemas.get(schema);
    return named ? read(named) : (PRIMITIVES[schema] ?? { kind: "other", name: shortName(schema) });
  }
  if (!isObject(schema)) return OTHER;
  switch (list(schema["@type"])[0]) {
    case "Enum":
      return {
        kind: "enum",
        values: list(schema.enumValues).map((one) => {
          const value = one as JsonObject;
          return { value: value.enumValue ?? null, label: text(value.displayName) || String(value.name) };
        }),
      };
    case "Array":
      return { kind: "array", element: read(schema.elementSchema) };
    case "Map":
      return { kind: "map", value: read((schema.mapValue as JsonObject | undefined)?.schema) };
    case "Object":
      return {
        kind: "object",
        fields: list(schema.fields).map((one) => {
          const field = one as JsonObject;
          const name = String(field.name);
          return { name, label: text(field.displayName) || name, schema: read(field.schema) };
        }),
      };
    default:
      return OTHER;
  }
}

/** A text of DTDL, which may be in several languages. */
function text(value: Json | undefined): string {
  if (typeof value === "string") return value;
  if (!isObject(value)) return "";
  return String(value.en ?? Object.values(value)[0] ?? "");
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(value: Json | undefined): Json[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}

/** A reference to an interface, or one that stands there whole. */
function idOf(value: Json): string {
  return String(isObject(value) ? value["@id"] : value);
}
