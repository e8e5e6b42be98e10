// A comparison of one property, with the operators that go with its schema.
import { useMemo, useState } from "preact/hooks";
import type { Schema } from "../models/definitions";
import {
  FIXED_FIELDS,
  type Field,
  type Operator,
  operatorsFor,
  takesList,
  takesNoValue,
} from "../models/fields";
import type { Json } from "../server/types";
import { ontology } from "../server/world";
import { texts } from "../texts/en";
import type { Condition, Query } from "../view/query";
import { Apply, toInstant, toLocal } from "./inputs";

interface PropertyFormProps {
  query: Query;
  index?: number;
  apply: (query: Query) => void;
}

export function PropertyForm({ query, index, apply }: PropertyFormProps) {
  const before = index === undefined ? undefined : query.conditions[index];
  const fields = useMemo(() => [...FIXED_FIELDS, ...ontology.value.fields(query.models)], [query.models]);
  const [path, setPath] = useState(before?.field ?? "");
  // A field that no model declares, such as a key of a map, may be anything.
  const field: Field = fields.find((one) => one.path === path) ?? {
    path,
    label: path,
    schema: { kind: "text" },
    unit: null,
  };
  const operators = operatorsFor(field.schema);
  const [chosen, setChosen] = useState<Operator>(before?.operator ?? "equals");
  const operator = operators.includes(chosen) ? chosen : (operators[0] ?? "isNotNull");
  const [text, setText] = useState(before ? written(before.value) : "");
  const submit = (event: Event) => {
    event.preventDefault();
    const value = takesNoValue(operator) ? null : readValue(text, field.schema, operator);
    const condition: Condition = { field: path, operator, value };
    const conditions =
      index === undefined
        ? [...query.conditions, condition]
        : query.conditions.map((one, other) => (other === index ? condition : one));
    apply({ ...query, conditions });
  };
  return (
    <form onSubmit={submit}>
      <label>
        {texts.find.field}
        <input list="fields" required value={path} onInput={(event) => setPath(event.currentTarget.value)} />
      </label>
      <datalist id="fields">
        {fields.map((one) => (
          <option key={one.path} value={one.path}>
            {one.unit ? `${one.label} (${one.unit})` : one.label}
          </option>
        ))}
      </datalist>
      <label>
        {texts.find.operator}
        <select value={operator} onChange={(event) => setChosen(event.currentTarget.value as Operator)}>
          {operators.map((one) => (
            <option key={one} value={one}>
              {texts.find.operators[one]}
            </option>
          ))}
        </select>
      </label>
      {!takesNoValue(operator) && (
        <label>
          {texts.find.value}
          {field.unit && ` (${field.unit})`}
          <ValueInput schema={field.schema} operator={operator} text={text} setText={setText} />
        </label>
      )}
      <Apply disabled={!path} />
    </form>
  );
}

interface ValueInputProps {
  schema: Schema;
  operator: Operator;
  text: string;
  setText: (text: string) => void;
}

function ValueInput({ schema, operator, text, setText }: ValueInputProps) {
  const read = (event: { currentTarget: { value: string } }) => setText(event.currentTarget.value);
  if (takesList(operator))
    return <textarea rows={4} required placeholder={texts.find.listHint} value={text} onInput={read} />;
  const compared = schema.kind === "array" ? schema.element : schema;
  switch (compared.kind) {
    case "boolean":
      return (
        <select required value={text} onChange={read}>
          <option value="" />
          <option value="true">{texts.find.trueWord}</option>
          <option value="false">{texts.find.falseWord}</option>
        </select>
      );
    case "enum":
      return (
        <select required value={text} onChange={read}>
          <option value="" />
          {compared.values.map(({ value, label }) => (
            <option key={String(value)} value={String(value)}>
              {label}
            </option>
          ))}
        </select>
      );
    case "number":
    case "integer":
      return <input type="number" step="any" required value={text} onInput={read} />;
    case "date":
      return <input type="date" required value={text} onInput={read} />;
    case "dateTime":
      return (
        <input
          type="datetime-local"
          step="1"
          required
          value={toLocal(text) || text}
          onInput={(event) => setText(toInstant(event.currentTarget.value))}
        />
      );
    default:
      return <input required value={text} onInput={read} />;
  }
}

/** What was written, as the schema has it. */
function readValue(text: string, schema: Schema, operator: Operator): Json {
  if (takesList(operator))
    return text
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean)
      .map((line) => oneValue(line, schema));
  return oneValue(text, schema.kind === "array" ? schema.element : schema);
}

function oneValue(text: string, schema: Schema): Json {
  switch (schema.kind) {
    case "number":
    case "integer":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "enum":
      return schema.values.find(({ value }) => String(value) === text)?.value ?? text;
    default:
      return text;
  }
}

function written(value: Json): string {
  return Array.isArray(value) ? value.map(String).join("\n") : value === null ? "" : String(value);
}
