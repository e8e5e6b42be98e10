// The values of a twin or of a component, with what its model says of them.
import { type Content, OTHER, type Schema } from "../models/definitions";
import { asText } from "../models/names";
import type { Json, JsonObject } from "../server/types";
import { texts } from "../texts/en";

export function Properties({ contents, declared }: { contents: JsonObject; declared: readonly Content[] }) {
  const known = new Set(declared.map(({ name }) => name));
  const there = declared.filter(({ name }) => contents[name] !== undefined);
  const unset = declared.length - there.length;
  return (
    <>
      {!there.length && <p class="hint">{texts.see.noProperties}</p>}
      <dl class="properties">
        {there.map((property) => (
          <div key={property.name}>
            <dt title={property.description}>
              {property.label}
              {property.unit && <span class="unit"> {property.unit}</span>}
            </dt>
            <dd>
              <Value value={contents[property.name] ?? null} schema={property.schema ?? OTHER} />
            </dd>
          </div>
        ))}
        {Object.entries(contents)
          .filter(([name, value]) => !known.has(name) && !name.startsWith("$") && !isComponent(value))
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <Value value={value} schema={OTHER} />
              </dd>
            </div>
          ))}
      </dl>
      {unset > 0 && <p class="hint">{texts.see.unset(unset)}</p>}
    </>
  );
}

function isComponent(value: Json): boolean {
  return typeof value === "object" && value !== null && "$metadata" in value;
}

function Value({ value, schema }: { value: Json; schema: Schema }) {
  if (Array.isArray(value)) {
    const element = schema.kind === "array" ? schema.element : OTHER;
    return (
      <ol class="values">
        {value.map((one, index) => (
          <li key={index}>
            <Value value={one} schema={element} />
          </li>
        ))}
      </ol>
    );
  }
  if (typeof value === "object" && value !== null)
    return (
      <dl class="values">
        {Object.entries(value).map(([name, one]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Value value={one} schema={below(schema, name)} />
            </dd>
          </div>
        ))}
      </dl>
    );
  if (schema.kind === "enum") {
    const label = schema.values.find((one) => one.value === value)?.label;
    return <>{label ?? asText(value)}</>;
  }
  if (schema.kind === "dateTime" && typeof value === "string")
    return <time dateTime={value}>{new Date(value).toLocaleString()}</time>;
  if (typeof value === "number")
    return (
      <span class="number">
        {value.toLocaleString("en", { maximumFractionDigits: 20, useGrouping: false })}
      </span>
    );
  if (typeof value === "string" && /^https?:\/\/\S+$/.test(value))
    return (
      <a href={value} rel="noreferrer noopener">
        {value}
      </a>
    );
  return <>{asText(value)}</>;
}

function below(schema: Schema, name: string): Schema {
  if (schema.kind === "map") return schema.value;
  if (schema.kind === "object") return schema.fields.find((field) => field.name === name)?.schema ?? OTHER;
  return OTHER;
}
