// The twin that is selected: what it is, what it is related to in the graph, and what can be done with it.

import type { Content as Declared } from "../../models/definitions";
import { nameOf } from "../../models/names";
import type { JsonObject, Relationship, Twin } from "../../server/types";
import { ontology } from "../../server/world";
import { texts } from "../../texts/en";
import { toHash } from "../../view/view";
import { Properties } from "../properties";
import { type Content, otherEnd, relationshipsIn } from "./content";
import type { Group } from "./groups";
import type { Hands } from "./hands";
import { Mark } from "./mark";

const PROPERTIES_SHOWN = 5;
const RELATED_SHOWN = 60;

interface DetailsProps {
  content: Content;
  twin: Twin;
  group: Group;
  hands: Hands;
}

export function Details({ content, twin, group, hands }: DetailsProps) {
  const words = texts.see.graph;
  const known = ontology.value;
  const shown = telling(known.properties(twin.modelId), twin);
  const contents: JsonObject = Object.fromEntries(
    shown.map(({ name }) => [name, twin.contents[name] ?? null]),
  );
  return (
    <section class="graph-details">
      <h2>
        <Mark group={group} /> {nameOf(twin)}
      </h2>
      <p>
        <a href={toHash({ page: "models", id: twin.modelId })}>{known.label(twin.modelId)}</a>{" "}
        <code>{twin.id}</code>
      </p>
      <div class="actions">
        <button type="button" class="primary" onClick={() => hands.expand(twin.id)}>
          {words.expand}
        </button>
        <a class="button" href={toHash({ page: "twin", id: twin.id })}>
          {words.open}
        </a>
        <button type="button" onClick={() => hands.remove(twin.id)}>
          {words.remove}
        </button>
      </div>
      {shown.length > 0 && <Properties contents={contents} declared={shown} />}
      <Related content={content} twin={twin} select={hands.select} />
    </section>
  );
}

/** The first of its values that fit in a line: those of its own model before those that every twin has. */
function telling(declared: readonly Declared[], { contents }: Twin): Declared[] {
  const isPlain = ({ name }: Declared) => name !== "name" && typeof (contents[name] ?? {}) !== "object";
  return declared.filter(isPlain).reverse().slice(0, PROPERTIES_SHOWN);
}

function Related({ content, twin, select }: { content: Content; twin: Twin; select: Hands["select"] }) {
  const all = relationshipsIn(content, twin.id);
  return (
    <>
      <h3>
        {texts.see.graph.related} <span class="note">{all.length}</span>
      </h3>
      {!all.length && <p class="hint">{texts.see.noRelationships}</p>}
      <ul class="short graph-related">
        {all.slice(0, RELATED_SHOWN).map((one) => (
          <Way key={one.id} relationship={one} content={content} from={twin.id} select={select} />
        ))}
      </ul>
      {all.length > RELATED_SHOWN && <p class="hint">{texts.see.more(all.length - RELATED_SHOWN)}</p>}
    </>
  );
}

interface WayProps {
  relationship: Relationship;
  content: Content;
  from: string;
  select: Hands["select"];
}

/** A relationship, read from one of its ends. */
function Way({ relationship, content, from, select }: WayProps) {
  const other = otherEnd(relationship, from);
  const twin = content.twins.get(other);
  const [here, there] = relationship.sourceId === from ? ["", "→"] : ["←", ""];
  return (
    <li>
      <span class="hint">
        {here} {relationship.name} {there}
      </span>{" "}
      <button type="button" class="plain" onClick={() => select(other)}>
        {twin ? nameOf(twin) : other}
      </button>
    </li>
  );
}
