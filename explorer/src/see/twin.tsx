// A twin's own page: what it holds, typed and with units from its model, and what it is related to.
import { useState } from "preact/hooks";
import { DeleteTwin } from "../change/delete-twin";
import { Relate } from "../change/relate";
import { nameOf } from "../models/names";
import { getTwin } from "../server/api";
import { Refused } from "../server/refusals";
import { may } from "../server/session";
import type { JsonObject, Twin } from "../server/types";
import { changes, ontology } from "../server/world";
import { texts } from "../texts/en";
import { escaped } from "../texts/isolation";
import { CopyButton } from "../ui/copy";
import { useLoaded } from "../ui/loaded";
import { Empty, Failed, Loading } from "../ui/states";
import { EVERYTHING } from "../view/query";
import { GRAPH, toHash } from "../view/view";
import { Properties } from "./properties";
import { Relationships } from "./relationships";

export function TwinPage({ id }: { id: string }) {
  const twin = useLoaded((signal) => getTwin(id, signal), [id, changes.value]);
  if (twin.state === "failed")
    return twin.error instanceof Refused && twin.error.status === 404 ? (
      <Empty title={id} hint={texts.see.notThere} />
    ) : (
      <Failed error={twin.error} retry={twin.again} />
    );
  if (!twin.value) return <Loading />;
  return <Shown twin={twin.value} />;
}

function Shown({ twin }: { twin: Twin }) {
  const known = ontology.value;
  const [dialog, setDialog] = useState<"delete" | "relate" | null>(null);
  const close = () => setDialog(null);
  const json = escaped(JSON.stringify(twin, null, 2));
  return (
    <article class="twin">
      <header>
        <h1>{nameOf(twin)}</h1>
        <dl class="facts">
          <div>
            <dt>{texts.see.model}</dt>
            <dd>
              <a href={toHash({ page: "models", id: twin.modelId })}>{known.label(twin.modelId)}</a>
            </dd>
          </div>
          <div>
            <dt>{texts.see.id}</dt>
            <dd>
              <code>{twin.id}</code> <CopyButton text={twin.id} />
            </dd>
          </div>
          <div>
            <dt>{texts.see.updated}</dt>
            <dd>
              <time dateTime={twin.lastUpdateTime}>{new Date(twin.lastUpdateTime).toLocaleString()}</time>
            </dd>
          </div>
        </dl>
        <div class="actions">
          <a
            class="button"
            href={toHash({
              page: "twins",
              query: { ...EVERYTHING, location: twin.id },
              columns: [],
              sort: null,
            })}
          >
            {texts.see.findInside}
          </a>
          <a class="button" href={toHash({ ...GRAPH, ids: [twin.id] })}>
            {texts.see.showGraph}
          </a>
          {may("twins:write") && (
            <>
              <a class="button" href={toHash({ page: "edit", id: twin.id })}>
                {texts.see.edit}
              </a>
              <button type="button" onClick={() => setDialog("relate")}>
                {texts.see.relate}
              </button>
              <button type="button" class="danger" onClick={() => setDialog("delete")}>
                {texts.see.delete}
              </button>
            </>
          )}
        </div>
      </header>
      <div class="columns">
        <section>
          <h2>{texts.see.properties}</h2>
          <Properties contents={twin.contents} declared={known.properties(twin.modelId)} />
          {known.components(twin.modelId).map((component) => (
            <section key={component.name} class="component">
              <h3>{component.label}</h3>
              <Properties
                contents={(twin.contents[component.name] ?? {}) as JsonObject}
                declared={known.properties(component.target ?? "")}
              />
            </section>
          ))}
        </section>
        <section>
          <Relationships title={texts.see.outgoing} id={twin.id} way="outgoing" />
          <Relationships title={texts.see.incoming} id={twin.id} way="incoming" />
        </section>
      </div>
      <details>
        <summary>{texts.see.json}</summary>
        <CopyButton text={json} />
        <pre tabIndex={0}>
          <code>{json}</code>
        </pre>
      </details>
      {dialog === "delete" && <DeleteTwin twin={twin} close={close} />}
      {dialog === "relate" && <Relate twin={twin} close={close} />}
    </article>
  );
}
