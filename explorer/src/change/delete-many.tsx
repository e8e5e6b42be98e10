// Delete all that fit, after the server has said what that comes to.
import { deleteTwins } from "../server/api";
import type { Filters } from "../server/types";
import { noteChange } from "../server/world";
import { texts } from "../texts/en";
import { Dialog } from "../ui/dialog";
import { useLoaded } from "../ui/loaded";
import { say } from "../ui/notices";
import { Failed, Loading } from "../ui/states";
import { Confirm } from "./confirm";

export function DeleteMany({ filters, close }: { filters: Filters; close: () => void }) {
  const rehearsed = useLoaded(() => deleteTwins(filters, { cascade: true, dryRun: true }), [filters]);
  const go = async () => {
    const { deleted } = await deleteTwins(filters, { cascade: true, dryRun: false });
    noteChange();
    say(texts.change.deletedMany(deleted));
    close();
  };
  return (
    <Dialog title={texts.find.deleteAll} close={close}>
      {rehearsed.state === "failed" && <Failed error={rehearsed.error} retry={rehearsed.again} />}
      {rehearsed.state === "loading" && <Loading />}
      {rehearsed.state === "there" && (
        <Confirm go={go} close={close}>
          <p>{texts.change.deleteMany(rehearsed.value.deleted, rehearsed.value.relationshipsDeleted)}</p>
        </Confirm>
      )}
    </Dialog>
  );
}
