import { expect, test } from "vitest";
import { follow } from "../../src/see/graph/expansions";
import { twin } from "./building";

const hub = twin("HUB", "Building");
const [one, two, three] = [twin("1", "Sensor"), twin("2", "Sensor"), twin("3", "Sensor")];
const more = { outgoing: null, incoming: "token" };
const first = { twins: [hub, one], isCut: true, following: more };
const second = { twins: [hub, two, three], isCut: false, following: null };
const expand = { kind: "expand", id: "HUB" } as const;
const remove = { kind: "remove", id: "1" } as const;
const ids = (found: ReturnType<typeof follow>["added"]) =>
  found.map((step) => step?.twins.map(({ id }) => id));

test("a twin that is expanded once more shows more of what is around it, until there is no more", () => {
  const loaded = new Map([["HUB", [first, second]]]);
  expect(ids(follow([expand], new Map(), loaded).added)).toEqual([["HUB", "1"]]);
  const twice = follow([expand, remove, expand], new Map(), loaded);
  expect(ids(twice.added)).toEqual([["HUB", "1"], undefined, ["HUB", "1", "HUB", "2", "3"]]);
  expect(twice.latest.get("HUB")?.following).toBe(null);
  const oftener = follow([expand, expand, expand], new Map(), loaded);
  expect(oftener.missing).toBe(undefined);
  expect(oftener.added[2]?.twins.length).toBe(5);
});

test("what is not loaded yet is loaded from where it stopped", () => {
  const steps = follow([expand, expand], new Map(), new Map([["HUB", [first]]]));
  expect(ids(steps.added)).toEqual([["HUB", "1"], undefined]);
  expect(steps.missing).toBe("HUB");
  expect(steps.latest.get("HUB")?.following).toBe(more);
});

test("a twin that a graph begins with goes on after its beginning", () => {
  const begun = new Map([["HUB", [first]]]);
  expect(follow([], begun, begun).latest.get("HUB")?.following).toBe(more);
  expect(follow([expand], begun, begun).missing).toBe("HUB");
  const loaded = new Map([["HUB", [first, second]]]);
  expect(ids(follow([expand], begun, loaded).added)).toEqual([["HUB", "1", "HUB", "2", "3"]]);
});
