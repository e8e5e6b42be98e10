// A form for a twin, from the JSON Schema of its model; the server's faults stand at their fields.
import { useEffect, useRef, useState } from "preact/hooks";
import { ModelTree } from "../find/model-tree";
import { getTwinWithTag, modelSchema } from "../server/api";
import { Refused } from "../server/refusals";
import { may } from "../server/session";
import type { JsonObject, Twin } from "../server/types";
import { ontology } from "../server/world";
import { texts } from "../texts/en";
import { useLoaded } from "../ui/loaded";
import { Empty, Failed, Faults, Loading } from "../ui/states";
import { show } from "../view/place";
import { useUnsaved } from "../view/unsaved";
import { toHash } from "../view/view";
import { Fields, type FormFaults } from "./fields";
import { create, replace } from "./writes";

interface Opened {
  twin: Twin;
  tag: string;
}

/** Edit the twin of an id; without one, make a new one, of a model. */
export function EditPage({ id, modelId }: { id: string; modelId: string }) {
  const opened = useLoaded<Opened | null>(async () => (id ? getTwinWithTag(id) : null), [id]);
  const [chosen, setChosen] = useState(modelId);
  if (!may("twins:write")) return <Empty title={texts.change.mayNot} />;
  if (opened.state === "failed") return <Failed error={opened.error} retry={opened.again} />;
  if (opened.state === "loading") return <Loading />;
  const model = opened.value?.twin.modelId ?? chosen;
  if (!model)
    return (
      <section class="page">
        <h1>{texts.change.newTwin}</h1>
        <p>{texts.change.chooseModel}</p>
        <ModelTree selected={[]} choose={setChosen} />
      </section>
    );
  return <Form key={model} opened={opened.value} modelId={model} />;
}

function Form({ opened, modelId }: { opened: Opened | null; modelId: string }) {
  const schema = useLoaded(() => modelSchema(modelId), [modelId]);
  const [id, setId] = useState(opened?.twin.id ?? "");
  const [contents, setContents] = useState<JsonObject>(opened?.twin.contents ?? {});
  const [failure, setFailure] = useState<unknown>(null);
  const [tag, setTag] = useState(opened?.tag ?? "");
  const now = JSON.stringify([id, contents]);
  const [begun] = useState(now);
  const wasSaved = useUnsaved(now !== begun);
  const faults = failure instanceof Refused ? failure.faults : {};
  const submit = async (event: Event) => {
    event.preventDefault();
    setFailure(null);
    const draft = { id, modelId, contents };
    try {
      const twin = opened ? await replace(opened.twin, draft, tag) : await create(draft);
      wasSaved();
      show({ page: "twin", id: twin.id });
    } catch (error) {
      setFailure(error);
      // Saved again, it replaces what somebody else has written meanwhile: they have been told so.
      if (opened && error instanceof Refused && error.status === 412)
        await getTwinWithTag(id).then(({ tag }) => setTag(tag), setFailure);
    }
  };
  if (schema.state === "failed") return <Failed error={schema.error} retry={schema.again} />;
  if (!schema.value) return <Loading />;
  const fields = schema.value.properties?.contents;
  const atFields: FormFaults = { shown: new Set(), faults };
  return (
    <form class="page edit" onSubmit={submit} noValidate>
      <h1>{opened ? texts.change.edit(opened.twin.id) : texts.change.newTwin}</h1>
      <p>
        {texts.change.model}:{" "}
        <a href={toHash({ page: "models", id: modelId })}>{ontology.value.label(modelId)}</a>
      </p>
      {!opened && (
        <label class={faults.id ? "field faulty" : "field"}>
          {texts.change.id}
          <input value={id} onInput={(event) => setId(event.currentTarget.value)} />
          {faults.id && <span class="fault">{faults.id.join(" ")}</span>}
        </label>
      )}
      {fields && (
        <Fields
          schema={fields}
          root={schema.value}
          path="contents"
          value={contents}
          change={setContents}
          faults={atFields}
        />
      )}
      <Refusal failure={failure} faults={atFields} />
      <div class="actions sticky">
        <button type="submit" class="primary">
          {texts.change.save}
        </button>
        <button type="button" onClick={() => history.back()}>
          {texts.cancel}
        </button>
      </div>
    </form>
  );
}

/** What stands at no field. */
function Refusal({ failure, faults }: { failure: unknown; faults: FormFaults }) {
  const words = useRef<HTMLDivElement>(null);
  // The end of a long form is out of view, and who has not read a refusal may save again.
  useEffect(() => words.current?.scrollIntoView({ block: "center" }), [failure]);
  if (failure === null) return null;
  if (!(failure instanceof Refused)) return <Failed error={failure} />;
  const rest = Object.entries(failure.faults).filter(([path]) => path !== "id" && !faults.shown.has(path));
  return (
    <div ref={words} class="failed" role="alert">
      <p>{failure.status === 412 ? texts.change.conflict : failure.message}</p>
      {rest.length > 0 && <Faults faults={Object.fromEntries(rest)} />}
    </div>
  );
}
