// The relationships of a twin in one direction, by their names.
import { useState } from "preact/hooks";
import { unrelate } from "../change/writes";
import { asText, nameOf } from "../models/names";
import { findTwins } from "../server/api";
import { may } from "../server/session";
import type { Relationship } from "../server/types";
import { ontology } from "../server/world";
import { texts } from "../texts/en";
import { useLoaded } from "../ui/loaded";
import { Failed } from "../ui/states";
import { toHash } from "../view/view";

const SHOWN_FIRST = 50;
const SHOWN_MORE = 500; // A twin may have a hundred thousand relationships; names are fetched of those that are shown.

interface RelationshipsProps {
  title: string;
  end: "sourceId" | "targetId";
  shown: readonly Relationship[];
}

export function Relationships({ title, end, shown }: RelationshipsProps) {
  const names = [...new Set(shown.map(({ name }) => name))].sort();
  return (
    <section>
      <h2>
        {title} <span class="note">{shown.length.toLocaleString("en")}</span>
      </h2>
      {!shown.length && <p class="hint">{texts.see.noRelationships}</p>}
      {names.map((name) => (
        <Named key={name} name={name} end={end} shown={shown.filter((one) => one.name === name)} />
      ))}
    </section>
  );
}

function Named({ name, end, shown }: Omit<RelationshipsProps, "title"> & { name: string }) {
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
        {name} <span class="note">{shown.length.toLocaleString("en")}</span>
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
