// What all views share: what the server says of itself, the stored models, and how often something was changed here.
import { signal } from "@preact/signals";
import { Ontology } from "../models/ontology";
import { listModels } from "./api";
import type { ServerSettings } from "./types";

export const server = signal<ServerSettings>({ auth: "clients", containment: [], issuers: [] });
export const ontology = signal<Ontology>(new Ontology([]));

/** Counts what was changed from this page; views that show twins load again when it grows. */
export const changes = signal(0);

export function noteChange(): void {
  changes.value += 1;
}

export async function loadModels(): Promise<void> {
  ontology.value = new Ontology(await listModels());
}
