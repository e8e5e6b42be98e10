// All stored models, and what follows from how they extend each other.
import type { StoredModel } from "../server/types";
import { type Content, type Model, readModel, shortName } from "./definitions";
import { type Field, fieldsOf } from "./fields";

export class Ontology {
  readonly models: ReadonlyMap<string, Model>;
  readonly roots: readonly Model[];
  readonly #children = new Map<string, Model[]>();
  // Found once each: views ask at every letter that is typed, of thousands of models.
  readonly #contents = new Map<string, Content[]>();
  readonly #fields = new Map<string, Field[]>();

  constructor(stored: readonly StoredModel[]) {
    this.models = new Map(stored.map((one) => [one.id, readModel(one)]));
    for (const model of this.models.values())
      for (const parent of model.parents) {
        const children = this.#children.get(parent);
        if (children) children.push(model);
        else this.#children.set(parent, [model]);
      }
    for (const children of this.#children.values()) children.sort(byLabel);
    this.roots = [...this.models.values()]
      .filter((model) => !model.parents.some((parent) => this.models.has(parent)))
      .sort(byLabel);
  }

  label(id: string): string {
    return this.models.get(id)?.label ?? shortName(id);
  }

  children(id: string): readonly Model[] {
    return this.#children.get(id) ?? [];
  }

  /** A model and all that it extends, nearest first, each once. */
  lineage(id: string): string[] {
    const found = new Set([id]);
    for (const one of found) for (const parent of this.models.get(one)?.parents ?? []) found.add(parent);
    return [...found];
  }

  /** A model and all that extend it, at any depth. */
  family(id: string): string[] {
    const found = new Set([id]);
    for (const one of found) for (const child of this.children(one)) found.add(child.id);
    return [...found];
  }

  /** What twins of a model may hold, inherited contents too, each name once. */
  contents(id: string): readonly Content[] {
    let contents = this.#contents.get(id);
    if (!contents) {
      const named = new Map<string, Content>();
      // From the oldest on, so that what a model says itself comes last.
      for (const one of this.lineage(id).reverse())
        for (const content of this.models.get(one)?.contents ?? []) named.set(content.name, content);
      contents = [...named.values()];
      this.#contents.set(id, contents);
    }
    return contents;
  }

  properties(id: string): Content[] {
    return this.contents(id).filter((content) => content.kind === "Property");
  }

  components(id: string): Content[] {
    return this.contents(id).filter((content) => content.kind === "Component");
  }

  relationships(id: string): Content[] {
    return this.contents(id).filter((content) => content.kind === "Relationship");
  }

  /** The first of the model's own contents, and where it comes from. */
  declaredBy(id: string, name: string): string {
    const isDeclared = (one: string) =>
      this.models.get(one)?.contents.some((content) => content.name === name);
    return this.lineage(id).find(isDeclared) ?? id;
  }

  /** What can be asked of twins of these models, or of any: fields of properties and of components. */
  fields(ids: readonly string[]): readonly Field[] {
    const key = ids.join("\n");
    let fields = this.#fields.get(key);
    if (!fields) {
      fields = this.#fieldsOfAny(ids);
      this.#fields.set(key, fields);
    }
    return fields;
  }

  #fieldsOfAny(ids: readonly string[]): Field[] {
    const asked = ids.length ? ids.flatMap((id) => this.family(id)) : [...this.models.keys()];
    const named = new Map<string, Field>();
    for (const id of asked)
      for (const field of this.#ownFields(id)) if (!named.has(field.path)) named.set(field.path, field);
    return [...named.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  #ownFields(id: string): Field[] {
    const own = fieldsOf(this.properties(id));
    const ofComponents = this.components(id).flatMap((component) =>
      component.target
        ? fieldsOf(this.properties(component.target), { path: component.name, label: component.label })
        : [],
    );
    return [...own, ...ofComponents];
  }

  /** All names of relationships that some model declares. */
  relationshipNames(): string[] {
    const names = new Set<string>();
    for (const model of this.models.values())
      for (const content of model.contents) if (content.kind === "Relationship") names.add(content.name);
    return [...names].sort();
  }

  /** Where a model is named by others: what extends it, has it as a component, or relates to it. */
  uses(id: string): { model: Model; how: Content }[] {
    const found: { model: Model; how: Content }[] = [];
    for (const model of this.models.values())
      for (const content of model.contents) if (content.target === id) found.push({ model, how: content });
    return found;
  }
}

function byLabel(a: Model, b: Model): number {
  return a.label.localeCompare(b.label);
}
