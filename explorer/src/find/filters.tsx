// A dialog for each kind of filter.
import { useState } from "preact/hooks";
import type { Direction } from "../server/types";
import { ontology } from "../server/world";
import { texts } from "../texts/en";
import { Dialog } from "../ui/dialog";
import type { Query } from "../view/query";
import { Apply, toggled, toInstant, toLocal } from "./inputs";
import { LocationTree } from "./location-tree";
import { ModelTree } from "./model-tree";
import { PropertyForm } from "./property-form";

export type FilterKind = "model" | "location" | "relationship" | "date" | "property";

interface FilterProps {
  query: Query;
  apply: (query: Query) => void;
}

export function FilterDialog(props: FilterProps & { kind: FilterKind; index?: number; close: () => void }) {
  return (
    <Dialog title={texts.find.kinds[props.kind]} close={props.close}>
      {props.kind === "model" && <ModelFilter {...props} />}
      {props.kind === "location" && <LocationFilter {...props} />}
      {props.kind === "relationship" && <RelationshipFilter {...props} />}
      {props.kind === "date" && <DateFilter {...props} />}
      {props.kind === "property" && <PropertyForm {...props} />}
    </Dialog>
  );
}

function ModelFilter({ query, apply }: FilterProps) {
  const [models, setModels] = useState(query.models);
  const [exact, setExact] = useState(query.exact);
  const submit = (event: Event) => {
    event.preventDefault();
    apply({ ...query, models, exact: exact && models.length > 0 });
  };
  return (
    <form onSubmit={submit}>
      <ModelTree selected={models} choose={(id) => setModels(toggled(models, id))} />
      <label class="check">
        <input type="checkbox" checked={exact} onChange={(event) => setExact(event.currentTarget.checked)} />
        {texts.find.exactly}
      </label>
      <Apply />
    </form>
  );
}

function LocationFilter({ query, apply }: FilterProps) {
  const [location, setLocation] = useState(query.location);
  const submit = (event: Event) => {
    event.preventDefault();
    apply({ ...query, location: location.trim() });
  };
  return (
    <form onSubmit={submit}>
      <label>
        {texts.see.id}
        <input value={location} onInput={(event) => setLocation(event.currentTarget.value)} />
      </label>
      <LocationTree selected={location ? [location] : []} choose={setLocation} />
      <Apply />
    </form>
  );
}

const DIRECTIONS: Direction[] = ["IncomingOrOutgoing", "Outgoing", "Incoming"];

function RelationshipFilter({ query, apply }: FilterProps) {
  const [direction, setDirection] = useState<Direction>(
    query.relationship?.direction ?? "IncomingOrOutgoing",
  );
  const [names, setNames] = useState(query.relationship?.names ?? []);
  const [models, setModels] = useState(query.relationship?.models ?? []);
  const submit = (event: Event) => {
    event.preventDefault();
    apply({ ...query, relationship: { direction, names, models } });
  };
  return (
    <form onSubmit={submit}>
      <label>
        {texts.find.direction}
        <select value={direction} onChange={(event) => setDirection(event.currentTarget.value as Direction)}>
          {DIRECTIONS.map((one) => (
            <option key={one} value={one}>
              {texts.find.directions[one]}
            </option>
          ))}
        </select>
      </label>
      <fieldset class="checks">
        <legend>{texts.find.names}</legend>
        {ontology.value.relationshipNames().map((name) => (
          <label key={name} class="check">
            <input
              type="checkbox"
              checked={names.includes(name)}
              onChange={() => setNames(toggled(names, name))}
            />
            {name}
          </label>
        ))}
      </fieldset>
      <p>{texts.find.otherModels}</p>
      <ModelTree selected={models} choose={(id) => setModels(toggled(models, id))} />
      <Apply />
    </form>
  );
}

function DateFilter({ query, apply }: FilterProps) {
  const [after, setAfter] = useState(toLocal(query.after));
  const [before, setBefore] = useState(toLocal(query.before));
  const submit = (event: Event) => {
    event.preventDefault();
    apply({ ...query, after: toInstant(after), before: toInstant(before) });
  };
  return (
    <form onSubmit={submit}>
      <label>
        {texts.find.dateAfter}
        <input
          type="datetime-local"
          step="1"
          value={after}
          onInput={(event) => setAfter(event.currentTarget.value)}
        />
      </label>
      <label>
        {texts.find.dateBefore}
        <input
          type="datetime-local"
          step="1"
          value={before}
          onInput={(event) => setBefore(event.currentTarget.value)}
        />
      </label>
      <Apply />
    </form>
  );
}
