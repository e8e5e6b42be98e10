// The stored models: how they extend each other, what their twins hold, and where they are used.
import { useState } from "preact/hooks";
import { UploadModels } from "../change/upload-models";
import { removeModel } from "../change/writes";
import { ModelTree } from "../find/model-tree";
import type { Content, Model, Schema } from "../models/definitions";
import { countTwins } from "../server/api";
import { may } from "../server/session";
import { changes, ontology } from "../server/world";
import { texts } from "../texts/en";
import { escaped } from "../texts/isolation";
import { CopyButton } from "../ui/copy";
import { useLoaded } from "../ui/loaded";
import { Empty, Failed } from "../ui/states";
import { show } from "../view/place";
import { EVERYTHING } from "../view/query";
import { toHash, type View } from "../view/view";

export function Models({ id }: { id: string }) {
  const [isUploading, setUploading] = useState(false);
  const known = ontology.value;
  const model = known.models.get(id);
  return (
    <div class="find">
      <aside>
        <h1>{texts.see.models.title}</h1>
        {may("models:write") && (
          <button type="button" onClick={() => setUploading(true)}>
            {texts.see.models.upload}
          </button>
        )}
        {known.models.size > 0 && (
          <ModelTree selected={id ? [id] : []} choose={(chosen) => show({ page: "models", id: chosen })} />
        )}
      </aside>
      <section class="results">
        {!known.models.size && <Empty title={texts.see.models.none} hint={texts.see.models.noneHint} />}
        {known.models.size > 0 && !id && <Empty title={texts.see.models.choose} />}
        {id && !model && <Empty title={id} hint={texts.see.models.notThere} />}
        {model && <Shown key={id} model={model} />}
      </section>
      {isUploading && <UploadModels close={() => setUploading(false)} />}
    </div>
  );
}

function Shown({ model }: { model: Model }) {
  const known = ontology.value;
  const [failure, setFailure] = useState<unknown>(null);
  const counted = useLoaded(
    (signal) => countTwins({ modelFilter: { modelIds: [model.id] } }, signal),
    [model.id, changes.value],
  );
  const definition = escaped(JSON.stringify(model.definition, null, 2));
  const uses = known.uses(model.id);
  const find = {
    page: "twins",
    query: { ...EVERYTHING, models: [model.id] },
    columns: [],
    sort: null,
  } satisfies View;
  return (
    <article class="model">
      <h1>{model.label}</h1>
      <p>
        <code>{model.id}</code> <CopyButton text={model.id} />
        {model.decommissioned && <strong> {texts.see.models.decommissioned}</strong>}
      </p>
      <p>{model.description}</p>
      {counted.state !== "failed" && counted.value !== null && <p>{texts.see.models.twins(counted.value)}</p>}
      <div class="actions">
        <a class="button" href={toHash(find)}>
          {texts.see.models.findTwins}
        </a>
        {may("twins:write") && !model.decommissioned && (
          <a class="button" href={toHash({ page: "new", modelId: model.id })}>
            {texts.see.models.newTwin}
          </a>
        )}
        {may("models:write") && (
          <button type="button" class="danger" onClick={() => removeModel(model).catch(setFailure)}>
            {texts.see.models.delete}
          </button>
        )}
      </div>
      {failure !== null && <Failed error={failure} />}
      <Named title={texts.see.models.extends} ids={model.parents} />
      <Named title={texts.see.models.extendedBy} ids={known.children(model.id).map(({ id }) => id)} />
      <h2>{texts.see.models.contents}</h2>
      <Contents model={model} />
      <h2>{texts.see.models.usedBy}</h2>
      {!uses.length && <p class="hint">{texts.see.models.unused}</p>}
      <ul>
        {uses.map(({ model: user, how }) => (
          <li key={`${user.id} ${how.name}`}>
            <ModelLink id={user.id} />, {how.kind.toLowerCase()} <code>{how.name}</code>
          </li>
        ))}
      </ul>
      <details>
        <summary>{texts.see.models.definition}</summary>
        <CopyButton text={definition} />
        <pre tabIndex={0}>
          <code>{definition}</code>
        </pre>
      </details>
    </article>
  );
}

function Named({ title, ids }: { title: string; ids: readonly string[] }) {
  if (!ids.length) return null;
  return (
    <p>
      {title}{" "}
      {ids.map((id, index) => (
        <span key={id}>
          {index > 0 && ", "}
          <ModelLink id={id} />
        </span>
      ))}
    </p>
  );
}

function ModelLink({ id }: { id: string }) {
  const { label, models } = { label: ontology.value.label(id), models: ontology.value.models };
  return models.has(id) ? <a href={toHash({ page: "models", id })}>{label}</a> : <code>{id}</code>;
}

function Contents({ model }: { model: Model }) {
  const known = ontology.value;
  const words = texts.see.models;
  return (
    <section class="scrolls" tabIndex={0} aria-label={words.contents}>
      <table>
        <thead>
          <tr>
            {[words.kind, words.name, words.schema, words.unit, words.declaredBy].map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {known.contents(model.id).map((content) => {
            const origin = known.declaredBy(model.id, content.name);
            return (
              <tr key={content.name}>
                <td>{content.kind}</td>
                <td title={content.description}>
                  {content.label} {content.label !== content.name && <code>{content.name}</code>}
                </td>
                <td>
                  <Kind content={content} />
                </td>
                <td>{content.unit}</td>
                <td class="hint">{origin !== model.id && known.label(origin)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Kind({ content }: { content: Content }) {
  if (content.schema) return <>{schemaText(content.schema)}</>;
  if (content.target) return <ModelLink id={content.target} />;
  return <span class="hint">{content.kind === "Relationship" ? texts.see.models.any : ""}</span>;
}

function schemaText(schema: Schema): string {
  switch (schema.kind) {
    case "enum":
      return schema.values.map(({ label }) => label).join(" | ");
    case "array":
      return `${schemaText(schema.element)}[]`;
    case "map":
      return `{ …: ${schemaText(schema.value)} }`;
    case "object":
      return `{ ${schema.fields.map(({ name, schema: one }) => `${name}: ${schemaText(one)}`).join(", ")} }`;
    case "other":
      return schema.name;
    default:
      return schema.kind;
  }
}
