// The relationships of a twin in one direction, by their names; of a hub, page by page.
import { useState } from "preact/hooks";
import { unrelate } from "../change/writes";
import { asText, nameOf } from "../models/names";
import { findTwins, relationshipPage } from "../server/api";
import { may } from "../server/session";
import type { Relationship, Way } from "../server/types";
import { changes, ontology } from "../server/world";
import { texts } from "../texts/en";
import { useLoaded } from "../ui/loaded";
import { usePages } from "../ui/pages";
import { Failed, Loading } from "../ui/states";
import { toHash } from "../view/view";

// A twin may have a hundred thousand relationships.
const LOADED_FIRST = 200;
const LOADED_MORE = 1_000;
const SHOWN_FIRST = 50;
const SHOWN_MORE = 500; // Names are fetched of those that are shown.

export function Relationships({ title, id, way }: { title: string; id: string; way: Way }) {
  const load = (token: string | null, signal: AbortSignal) =>
    relationshipPage(id, way, { pageSize: token ? LOADED_MORE : LOADED_FIRST, token }, signal);
  const { items, state, error, more, again } = usePages(load, id, changes.value);
  const names = [...new Set(items.map(({ name }) => name))];
  // Pages go by name, so it is the last one of which more may follow.
  const isWhole = (name: string | undefined) => state === "whole" || name !== names.at(-1);
  return (
    <section>
      <h2>
        {title}{" "}
        {items.length > 0 && (
          <span class="note">{texts.see.loaded(items.length, isWhole(names.at(-1)))}</span>
        )}
      </h2>
      {state === "loading" && !items.length && <Loading />}
      {state === "whole" && !items.length && <p class="hint">{texts.see.noRelationships}</p>}
      {names.map((name) => (
        <Named
          key={name}
          name={name}
          end={way === "outgoing" ? "targetId" : "sourceId"}
          shown={items.filter((one) => one.name === name)}
          isWhole={isWhole(name)}
        />
      ))}
      {state === "failed" && <Failed error={error} retry={items.length ? more : again} />}
      {(state === "more" || (state === "loading" && items.length > 0)) && (
        <button type="button" disabled={state === "loading"} onClick={more}>
          {texts.find.more}
        </button>
      )}
    </section>
  );
}

interface NamedProps {
  name: string;
  end: "sourceId" | "targetId";
  shown: readonly Relationship[];
  isWhole: boolean;
}

function Named({ name, end, shown, isWhole }: NamedProps) {
  const [limit, setLimit] = useState(SHOWN_FIRST);
  const [failure, setFailure] = useState<unknown>(null);
  const listed = shown.slice(0, limit);
  const ids = listed.map((one) => one[end]);
  const found = useLoaded((signal) => findTwins(ids, signal), [ids.join("\n")]);
  const others = new Map(
    (found.state !== "failed" && found.value ? found.value : []).map((twin) => [twin.id, twin]),
  );
  return (
    <section class="named">
      <h3>
        {name} <span class="note">{texts.see.loaded(shown.length, isWhole)}</span>
      </h3>
      {failure !== null && <Failed error={failure} />}
      {found.state === "failed" && <Failed error={found.error} retry={found.again} />}
      <ul>
        {listed.map((one) => {
          const other = others.get(one[end]);
          const label = other ? nameOf(other) : one[end];
          return (
            <li key={one.id}>
              <a href={toHash({ page: "twin", id: one[end] })}>{label}</a>{" "}
              <span class="hint">{other && ontology.value.label(other.modelId)}</span>
              {one.properties && <code> {asText(one.properties)}</code>}
              {may("twins:write") && (
                <button
                  type="button"
                  class="icon"
                  aria-label={texts.see.unrelate(name, label)}
                  onClick={() => unrelate(one).catch(setFailure)}
                >
                  ✕
                </button>
              )}
            </li>
          );
        })}
      </ul>
      {shown.length > limit && (
        <button type="button" class="plain" onClick={() => setLimit(limit + SHOWN_MORE)}>
          {texts.see.more(shown.length - limit)}
        </button>
      )}
    </section>
  );
}
