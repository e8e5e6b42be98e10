// Delete a twin, after a look at the relationships that go with it.
import type { Twin } from "../server/types";
import { texts } from "../texts/en";
import { Dialog } from "../ui/dialog";
import { useLoaded } from "../ui/loaded";
import { Failed, Loading } from "../ui/states";
import { Confirm } from "./confirm";
import { keepAround, RELATIONSHIPS_KEPT_MAX } from "./keeping";
import { remove } from "./writes";

const SHOWN_MAX = 20;

export function DeleteTwin({ twin, close }: { twin: Twin; close: () => void }) {
  const related = useLoaded(() => keepAround(twin.id), [twin.id]);
  const around = related.state === "failed" ? null : related.value;
  return (
    <Dialog title={texts.change.deleteTitle(twin.id)} close={close}>
      {related.state === "failed" && <Failed error={related.error} retry={related.again} />}
      {related.state === "loading" && <Loading />}
      {around && (
        <Confirm go={() => remove(twin, around)} close={close}>
          <p>{texts.change.deleteLead(around.relationships.length, around.isWhole)}</p>
          <ul class="short">
            {around.relationships.slice(0, SHOWN_MAX).map((one) => (
              <li key={one.id}>
                <code>{one.sourceId}</code> {one.name} <code>{one.targetId}</code>
              </li>
            ))}
          </ul>
          {around.relationships.length > SHOWN_MAX && (
            <p>{texts.see.more(around.relationships.length - SHOWN_MAX)}</p>
          )}
          {!around.isWhole && <p>{texts.change.tooManyRelationships(RELATIONSHIPS_KEPT_MAX)}</p>}
        </Confirm>
      )}
    </Dialog>
  );
}
