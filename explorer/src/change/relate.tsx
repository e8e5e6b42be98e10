// Put a relationship from a twin to another, of those that its model declares.
import { useState } from "preact/hooks";
import type { JsonObject, Twin } from "../server/types";
import { ontology } from "../server/world";
import { texts } from "../texts/en";
import { Dialog } from "../ui/dialog";
import { Failed } from "../ui/states";
import { useUnsaved } from "../view/unsaved";
import { relate } from "./writes";

export function Relate({ twin, close }: { twin: Twin; close: () => void }) {
  const declared = ontology.value.relationships(twin.modelId);
  const [name, setName] = useState(declared[0]?.name ?? "");
  const [target, setTarget] = useState("");
  const [properties, setProperties] = useState("");
  const [failure, setFailure] = useState<unknown>(null);
  useUnsaved(target !== "" || properties !== "");
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      const more = properties.trim() ? { properties: JSON.parse(properties) as JsonObject } : {};
      await relate({ sourceId: twin.id, targetId: target.trim(), name, ...more });
      close();
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <Dialog title={texts.change.relateTitle} close={close}>
      <form onSubmit={submit}>
        <label>
          {texts.change.relationshipName}
          <select required value={name} onChange={(event) => setName(event.currentTarget.value)}>
            {declared.map((one) => (
              <option key={one.name} value={one.name}>
                {one.target ? `${one.name} → ${ontology.value.label(one.target)}` : one.name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {texts.change.target}
          <input required value={target} onInput={(event) => setTarget(event.currentTarget.value)} />
        </label>
        <label>
          {texts.change.properties}
          <textarea
            rows={3}
            placeholder="{}"
            value={properties}
            onInput={(event) => setProperties(event.currentTarget.value)}
          />
        </label>
        {failure !== null && <Failed error={failure} />}
        <div class="actions">
          <button type="submit" class="primary">
            {texts.see.relate}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
