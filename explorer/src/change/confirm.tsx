// What a deletion comes to, and the two ways on; where it is refused, why.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { texts } from "../texts/en";
import { Failed } from "../ui/states";

export function Confirm(props: { go: () => Promise<void>; close: () => void; children: ComponentChildren }) {
  const [failure, setFailure] = useState<unknown>(null);
  return (
    <>
      {props.children}
      {failure !== null && <Failed error={failure} />}
      <div class="actions">
        <button type="button" class="danger" onClick={() => props.go().catch(setFailure)}>
          {texts.change.deleteGo}
        </button>
        <button type="button" onClick={props.close}>
          {texts.cancel}
        </button>
      </div>
    </>
  );
}
