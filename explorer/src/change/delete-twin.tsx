// Delete a twin, after a look at the relationships that go with it.
import type { Twin } from "../server/types";
import { texts } from "../texts/en";
import { Dialog } from "../ui/dialog";
import { useLoaded } from "../ui/loaded";
import { Failed, Loading } from "../ui/states";
import { Confirm } from "./confirm";
import { relationshipsOf, remove } from "./writes";

const SHOWN_MAX = 20;

export function DeleteTwin({ twin, close }: { twin: Twin; close: () => void }) {
  const related = useLoaded(() => relationshipsOf(twin.id), [twin.id]);
  const relationships = related.state === "failed" ? null : related.value;
  return (
    <Dialog title={texts.change.deleteTitle(twin.id)} close={close}>
      {related.state === "failed" && <Failed error={related.error} retry={related.again} />}
      {related.state === "loading" && <Loading />}
      {relationships && (
        <Confirm go={() => remove(twin, relationships)} close={close}>
          <p>{texts.change.deleteLead(relationships.length)}</p>
          <ul class="short">
            {relationships.slice(0, SHOWN_MAX).map((one) => (
              <li key={one.id}>
                <code>{one.sourceId}</code> {one.name} <code>{one.targetId}</code>
              </li>
            ))}
          </ul>
          {relationships.length > SHOWN_MAX && <p>{texts.see.more(relationships.length - SHOWN_MAX)}</p>}
        </Confirm>
      )}
    </Dialog>
  );
}
