// Changes, each with the way back: what was there before is kept until it is known whether someone wants it.
import type { Model } from "../models/definitions";
import {
  addModels,
  deleteModel,
  deleteRelationship,
  deleteTwin,
  findTwins,
  incoming,
  outgoing,
  putRelationship,
  putTwin,
} from "../server/api";
import type { JsonObject, Relationship, Twin } from "../server/types";
import { loadModels, noteChange } from "../server/world";
import { texts } from "../texts/en";
import { say } from "../ui/notices";
import { show } from "../view/place";
import { EVERYTHING } from "../view/query";

type Draft = Pick<Twin, "id" | "modelId" | "contents">;

/** Say what was done, and how to undo it; views load again after either. */
function done(text: string, undo: () => Promise<unknown>): void {
  noteChange();
  say(text, async () => {
    await undo();
    noteChange();
  });
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

/** A twin with all its relationships. Throws Refused. */
export async function remove(twin: Twin, relationships: readonly Relationship[]): Promise<void> {
  await deleteTwin(twin.id, { cascade: relationships.length > 0 });
  show({ page: "twins", query: EVERYTHING, columns: [], sort: null });
  done(texts.change.deleted(twin.id), async () => {
    await putTwin(twin);
    for (const relationship of relationships) await putRelationship(withoutId(relationship));
  });
}

/** All relationships of a twin, each once. */
export async function relationshipsOf(id: string): Promise<Relationship[]> {
  const [from, to] = await Promise.all([outgoing(id), incoming(id)]);
  return [...new Map([...from, ...to].map((one) => [one.id, one])).values()];
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

/** Those of these twins that were there before an import, as they were. */
export async function asTheyWere(ids: readonly string[]): Promise<Map<string, Twin>> {
  return new Map((await findTwins(ids)).map((twin) => [twin.id, twin]));
}

/** Put back what an import of twins has changed, and delete what it has created. */
export async function undoImport(ids: readonly string[], before: ReadonlyMap<string, Twin>): Promise<void> {
  for (const id of ids) {
    const twin = before.get(id);
    if (twin) await putTwin(twin);
    else if (await isThere(id)) await deleteTwin(id, { cascade: true });
  }
  noteChange();
}

async function isThere(id: string): Promise<boolean> {
  return (await findTwins([id])).length > 0;
}

function withoutId({ id: _, ...rest }: Relationship): Omit<Relationship, "id"> {
  return rest;
}
