// Changes, each with the way back: what was there before is kept until it is known whether someone wants it.
import type { Model } from "../models/definitions";
import {
  addModels,
  deleteModel,
  deleteRelationship,
  deleteTwin,
  deleteTwins,
  findTwins,
  putRelationship,
  putTwin,
} from "../server/api";
import type { Filters, JsonObject, Relationship, Twin } from "../server/types";
import { loadModels, noteChange } from "../server/world";
import { texts } from "../texts/en";
import { say, type Undoing } from "../ui/notices";
import { show } from "../view/place";
import { EVERYTHING } from "../view/query";
import { type Kept, only, putBack, takeOut } from "./keeping";

/** The ids of what an import has created, and of what it has replaced. */
export interface Imported {
  created: Set<string>;
  replaced: Set<string>;
}

type Draft = Pick<Twin, "id" | "modelId" | "contents">;

/** Say what was done, and how to undo it if that can be done; views load again after either. */
function done(text: string, undo: ((undoing: Undoing) => Promise<unknown>) | false): void {
  noteChange();
  const takeBack = async (back: (undoing: Undoing) => Promise<unknown>, undoing: Undoing) => {
    try {
      await back(undoing);
    } finally {
      noteChange(); // Some of it may be back even so.
    }
  };
  say(text, undo ? (undoing) => takeBack(undo, undoing) : undefined);
}

/** Throws Refused, also where a twin of this id is there already. */
export async function create(draft: Draft): Promise<Twin> {
  const twin = await putTwin(draft, { ifNew: true });
  done(texts.change.created(twin.id), () => deleteTwin(twin.id, { cascade: true }));
  return twin;
}

/** Replace a twin, unless somebody else has since `tag`. Throws Refused. */
export async function replace(before: Twin, draft: Draft, tag: string): Promise<Twin> {
  const twin = await putTwin(draft, { ifMatch: tag });
  done(texts.change.saved(twin.id), () => putTwin(before));
  return twin;
}

/** A twin with all its relationships; there is a way back where they are all at hand. Throws Refused. */
export async function remove(
  twin: Twin,
  around: { relationships: Relationship[]; isWhole: boolean },
): Promise<void> {
  const { relationships, isWhole } = around;
  await deleteTwin(twin.id, { cascade: relationships.length > 0 });
  show({ page: "twins", query: EVERYTHING, columns: [], sort: null });
  done(
    texts.change.deleted(twin.id),
    isWhole && ((undoing) => putBack({ twins: [twin], relationships }, undoing)),
  );
}

/** All that filters find and was kept, or, where it is too much to be kept, without a way back. Throws Refused. */
export async function removeFound(filters: Filters, kept: Kept | null): Promise<void> {
  const found = kept ? only(kept.twins, filters) : filters;
  const { deleted, relationshipsDeleted } = await deleteTwins(found, { cascade: true, dryRun: false });
  // Somebody else may have changed what fits, or related it to more, since it was kept.
  const isWhole = deleted === kept?.twins.length && relationshipsDeleted === kept.relationships.length;
  done(texts.change.deletedMany(deleted), isWhole && ((undoing) => putBack(kept, undoing)));
}

export async function relate(draft: Omit<Relationship, "id">): Promise<void> {
  const relationship = await putRelationship(draft);
  done(texts.change.related(relationship.name), () =>
    deleteRelationship(relationship.sourceId, relationship.id),
  );
}

export async function unrelate(relationship: Relationship): Promise<void> {
  await deleteRelationship(relationship.sourceId, relationship.id);
  done(texts.change.unrelated(relationship.name), () => putRelationship(withoutId(relationship)));
}

export async function upload(definitions: JsonObject[]): Promise<number> {
  const added = await addModels(definitions);
  await loadModels();
  done(texts.change.uploaded(added.length), async () => {
    // What extends others goes before them.
    for (const model of added.reverse()) await deleteModel(model.id);
    await loadModels();
  });
  return added.length;
}

export async function removeModel(model: Model): Promise<void> {
  await deleteModel(model.id);
  await loadModels();
  done(texts.change.deleted(model.label), async () => {
    await addModels([model.definition]);
    await loadModels();
  });
}

/** An import of twins: those that it has created go, those that it has replaced are put back, as they were `before`. */
export function importedTwins(text: string, made: Imported, before: readonly Twin[]): void {
  const replaced = before.filter(({ id }) => made.replaced.has(id));
  // What was replaced and not kept was changed by somebody else since it was tried.
  const isWhole = replaced.length === made.replaced.size;
  done(
    text,
    isWhole &&
      (async (undoing) => {
        const created = await findTwins(made.created);
        if (created.length) await deleteTwins(only(created, {}), { cascade: true, dryRun: false });
        await putBack({ twins: replaced, relationships: [] }, undoing);
      }),
  );
}

/** An import of relationships: those that it has created go. There is nothing else: none is ever replaced. */
export function importedRelationships(text: string, { created }: Imported): void {
  done(text, (undoing) => takeOut(created, undoing));
}

function withoutId({ id: _, ...rest }: Relationship): Omit<Relationship, "id"> {
  return rest;
}
