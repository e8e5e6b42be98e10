// Delete all that fit, after the server has said what that comes to; what is not too much is kept for a way back.
import { deleteTwins } from "../server/api";
import type { Filters } from "../server/types";
import { texts } from "../texts/en";
import { Dialog } from "../ui/dialog";
import { useLoaded } from "../ui/loaded";
import { Failed, Loading } from "../ui/states";
import { Confirm } from "./confirm";
import { keepFound, RELATIONSHIPS_KEPT_MAX, TWINS_KEPT_MAX } from "./keeping";
import { removeFound } from "./writes";

export function DeleteMany({ filters, close }: { filters: Filters; close: () => void }) {
  const rehearsed = useLoaded((signal) => rehearse(filters, signal), [filters]);
  return (
    <Dialog title={texts.find.deleteAll} close={close}>
      {rehearsed.state === "failed" && <Failed error={rehearsed.error} retry={rehearsed.again} />}
      {rehearsed.state === "loading" && <Loading />}
      {rehearsed.state === "there" && (
        <Confirm go={() => removeFound(filters, rehearsed.value.kept).then(close)} close={close}>
          <p>{texts.change.deleteMany(rehearsed.value.deleted, rehearsed.value.relationshipsDeleted)}</p>
          <p>
            {rehearsed.value.kept
              ? texts.change.canBeUndone
              : texts.change.tooManyToDelete(TWINS_KEPT_MAX, RELATIONSHIPS_KEPT_MAX)}
          </p>
        </Confirm>
      )}
    </Dialog>
  );
}

async function rehearse(filters: Filters, signal: AbortSignal) {
  const sums = await deleteTwins(filters, { cascade: true, dryRun: true });
  const isFew = sums.deleted <= TWINS_KEPT_MAX && sums.relationshipsDeleted <= RELATIONSHIPS_KEPT_MAX;
  return { ...sums, kept: isFew ? await keepFound(filters, signal) : null };
}
