import { expect, test } from "vitest";
import { contentOf, relationshipsIn } from "../../src/see/graph/content";
import { twin } from "./building";

const level = twin("L1", "Level", { isPartOf: ["B1"] });
const building = twin("B1", "Building");
const room = twin("R1", "Room", { isPartOf: ["L1"], includedIn: ["U1"] });
const around = { twins: [level, building, room] };

test("a graph has the twins it began with, and the relationships among them alone", () => {
  const content = contentOf([level, room], [], []);
  expect([...content.twins.keys()]).toEqual(["L1", "R1"]);
  expect(content.relationships.map(({ id }) => id)).toEqual(["R1 isPartOf L1"]);
});

test("expanding a twin adds what is around it, once that is loaded", () => {
  const steps = [{ kind: "expand", id: "L1" }] as const;
  expect(contentOf([level], steps, [undefined]).twins.size).toBe(1);
  expect([...contentOf([level], steps, [around]).twins.keys()]).toEqual(["L1", "B1", "R1"]);
});

test("a twin that was taken out comes back with a later step, and not with an earlier one", () => {
  const expand = { kind: "expand", id: "L1" } as const;
  const remove = { kind: "remove", id: "B1" } as const;
  expect(contentOf([level], [expand, remove], [around, undefined]).twins.has("B1")).toBe(false);
  expect(contentOf([level], [remove, expand], [undefined, around]).twins.has("B1")).toBe(true);
});

test("a graph says when it is full, and what it has stays", () => {
  const content = contentOf([level], [{ kind: "expand", id: "L1" }], [around], 2);
  expect([...content.twins.keys()]).toEqual(["L1", "B1"]);
  expect(content.isFull).toBe(true);
  expect(contentOf([level, building], [], [], 2).isFull).toBe(false);
});

test("the relationships of a twin are those from it and those to it", () => {
  const content = contentOf([level, building, room], [], []);
  expect(relationshipsIn(content, "L1").map(({ id }) => id)).toEqual(["L1 isPartOf B1", "R1 isPartOf L1"]);
});
