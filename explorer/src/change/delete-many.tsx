// Delete all that fit, after the server has said what that comes to.
import { useState } from "preact/hooks";
import { deleteTwins } from "../server/api";
import type { Filters } from "../server/types";
import { noteChange } from "../server/world";
import { texts } from "../texts/en";
import { Dialog } from "../ui/dialog";
import { useLoaded } from "../ui/loaded";
import { say } from "../ui/notices";
import { Failed, Loading } from "../ui/states";

export function DeleteMany({ filters, close }: { filters: Filters; close: () => void }) {
  const rehearsed = useLoaded(() => deleteTwins(filters, { cascade: true, dryRun: true }), [filters]);
  const [failure, setFailure] = useState<unknown>(null);
  const go = async () => {
    try {
      const { deleted } = await deleteTwins(filters, { cascade: true, dryRun: false });
      noteChange();
      say(texts.change.deletedMany(deleted));
      close();
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <Dialog title={texts.find.deleteAll} close={close}>
      {rehearsed.state === "failed" && <Failed error={rehearsed.error} retry={rehearsed.again} />}
      {rehearsed.state === "loading" && <Loading />}
      {rehearsed.state === "there" && (
        <>
          <p>{texts.change.deleteMany(rehearsed.value.deleted, rehearsed.value.relationshipsDeleted)}</p>
          {failure !== null && <Failed error={failure} />}
          <div class="actions">
            <button type="button" class="danger" onClick={go}>
              {texts.change.deleteGo}
            </button>
            <button type="button" onClick={close}>
              {texts.cancel}
            </button>
          </div>
        </>
      )}
    </Dialog>
  );
}
