// The fields of a form for a JSON Schema, with the faults that the server found in them.
import { below } from "../models/fields";
import { asText } from "../models/names";
import type { JsonSchema } from "../server/api";
import type { Json, JsonObject } from "../server/types";
import { texts } from "../texts/en";

export interface FormFaults {
  faults: Record<string, string[]>;
  /** The paths that a field has shown the faults of. */
  shown: Set<string>;
}

interface Annotated extends JsonSchema {
  "x-unit"?: string;
}

interface FieldProps<T> {
  schema: Annotated;
  /** The schema that `$ref`s are in. */
  root: JsonSchema;
  path: string;
  value: T;
  faults: FormFaults;
}

/** The fields of an object. */
export function Fields(props: FieldProps<JsonObject> & { change: (value: JsonObject) => void }) {
  const { path, value, change } = props;
  const schema = resolved(props.schema, props.root);
  const put = (name: string, one: Json | undefined) => {
    const { [name]: _, ...rest } = value;
    change(one === undefined ? rest : { ...value, [name]: one });
  };
  return (
    <>
      {Object.entries(schema.properties ?? {})
        .filter(([name]) => !name.startsWith("$"))
        .map(([name, field]) => (
          <Field
            {...props}
            key={name}
            schema={field}
            name={name}
            isRequired={schema.required?.includes(name) ?? false}
            path={below(path, name)}
            value={value[name]}
            change={(one) => put(name, one)}
          />
        ))}
    </>
  );
}

interface OneFieldProps extends FieldProps<Json | undefined> {
  name: string;
  isRequired: boolean;
  change: (value: Json | undefined) => void;
}

function Field(props: OneFieldProps) {
  const { name, path, value, change, faults, root } = props;
  const schema = resolved(props.schema, root);
  const messages = faults.faults[path];
  if (messages) faults.shown.add(path);
  const label = schema.title ?? name;
  const hint = [schema["x-unit"], schema.description].filter(Boolean).join(" · ");
  const kind = kindOf(schema);
  const fault = messages && <span class="fault">{messages.join(" ")}</span>;
  if (kind === "object" || kind === "map" || kind === "array")
    return (
      <fieldset class={messages ? "faulty" : ""}>
        <legend>{label}</legend>
        {hint && <p class="hint">{hint}</p>}
        {fault}
        {kind === "object" && (
          <Fields {...props} schema={schema} value={isObject(value) ? value : {}} change={change} />
        )}
        {kind === "map" && <MapField {...props} schema={schema} />}
        {kind === "array" && <ArrayField {...props} schema={schema} />}
      </fieldset>
    );
  return (
    <label class={messages ? "field faulty" : "field"}>
      <span>
        {label}
        {props.isRequired && " *"} {hint && <span class="hint">{hint}</span>}
      </span>
      <Input schema={schema} kind={kind} value={value} change={change} isFaulty={Boolean(messages)} />
      {fault}
    </label>
  );
}

type Kind = "object" | "map" | "array" | "choice" | "boolean" | "number" | "text";

function kindOf(schema: JsonSchema): Kind {
  if (schema.enum ?? schema.oneOf) return "choice";
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === "object") return schema.properties ? "object" : "map";
  if (type === "array") return "array";
  if (type === "boolean") return "boolean";
  return type === "number" || type === "integer" ? "number" : "text";
}

interface InputProps {
  schema: JsonSchema;
  kind: Kind;
  value: Json | undefined;
  change: (value: Json | undefined) => void;
  isFaulty: boolean;
}

/** An empty input is no value. What cannot be read as the schema's type goes as it is: the server says why not. */
function Input({ schema, kind, value, change, isFaulty }: InputProps) {
  const text = asText(value);
  const invalid = isFaulty || undefined;
  if (kind === "choice" || kind === "boolean") {
    const choices =
      kind === "boolean" ? [true, false] : (schema.enum ?? schema.oneOf?.map((one) => one.const ?? null));
    const labels = new Map(schema.oneOf?.map((one) => [String(one.const), one.title]));
    return (
      <select
        value={text}
        aria-invalid={invalid}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          change(choices?.find((one) => String(one) === chosen));
        }}
      >
        <option value="" />
        {choices?.map((one) => (
          <option key={String(one)} value={String(one)}>
            {labels.get(String(one)) ?? String(one)}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input
      value={text}
      aria-invalid={invalid}
      inputMode={kind === "number" ? "decimal" : undefined}
      onChange={(event) => {
        const written = event.currentTarget.value;
        if (written === "") return change(undefined);
        const isNumber = kind === "number" && written.trim() !== "" && Number.isFinite(Number(written));
        change(isNumber ? Number(written) : written);
      }}
    />
  );
}

function MapField(props: OneFieldProps) {
  const entries = isObject(props.value) ? props.value : {};
  const inner =
    typeof props.schema.additionalProperties === "object" ? props.schema.additionalProperties : {};
  const add = (event: { currentTarget: HTMLInputElement; key: string; preventDefault: () => void }) => {
    const key = event.currentTarget.value.trim();
    if (event.key !== "Enter" || !key) return;
    event.preventDefault();
    props.change({ ...entries, [key]: "" });
    event.currentTarget.value = "";
  };
  return (
    <>
      {Object.entries(entries).map(([key, value]) => {
        const put = (one: Json | undefined) => {
          const { [key]: _, ...rest } = entries;
          if (one !== undefined) props.change({ ...entries, [key]: one });
          else props.change(Object.keys(rest).length ? rest : undefined);
        };
        return (
          <div key={key} class="item">
            <Field
              {...props}
              schema={inner}
              name={key}
              isRequired={false}
              path={below(props.path, key)}
              value={value}
              change={put}
            />
            <button
              type="button"
              class="icon"
              aria-label={texts.change.removeItem(key)}
              onClick={() => put(undefined)}
            >
              ✕
            </button>
          </div>
        );
      })}
      <input
        placeholder={texts.change.addKey}
        aria-label={`${texts.change.addKey}: ${props.name}`}
        onKeyDown={add}
      />
    </>
  );
}

function ArrayField(props: OneFieldProps) {
  const items = Array.isArray(props.value) ? props.value : [];
  const inner = props.schema.items ?? {};
  const put = (changed: Json[]) => props.change(changed.length ? changed : undefined);
  return (
    <>
      {items.map((item, index) => (
        <div key={index} class="item">
          <Field
            {...props}
            schema={inner}
            name={`${index + 1}`}
            isRequired={false}
            path={`${props.path}[${index}]`}
            value={item}
            change={(one) => put(items.map((other, at) => (at === index ? (one ?? null) : other)))}
          />
          <button
            type="button"
            class="icon"
            aria-label={texts.change.removeItem(`${index + 1}`)}
            onClick={() => put(items.filter((_, at) => at !== index))}
          >
            ✕
          </button>
        </div>
      ))}
      <button type="button" onClick={() => put([...items, emptyOf(resolved(inner, props.root))])}>
        {texts.change.addItem}
      </button>
    </>
  );
}

function emptyOf(schema: JsonSchema): Json {
  const kind = kindOf(schema);
  return kind === "object" || kind === "map" ? {} : kind === "array" ? [] : "";
}

/** What a `$ref` leads to, under what stands beside it. */
function resolved(schema: Annotated, root: JsonSchema): Annotated {
  if (!schema.$ref) return schema;
  const name = decodeURIComponent(schema.$ref.replace("#/$defs/", ""))
    .replaceAll("~1", "/")
    .replaceAll("~0", "~");
  const { $ref: _, ...beside } = schema;
  return { ...resolved(root.$defs?.[name] ?? {}, root), ...beside };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
