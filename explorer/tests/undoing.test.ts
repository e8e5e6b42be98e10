import { expect, test } from "vitest";
import { PartlyUndone, Tally } from "../src/change/undoing";
import { Refused, Unreachable } from "../src/server/refusals";

const refused = new Refused({ title: "Conflict", status: 409, detail: "It is in use." });

function tally(of: number) {
  const controller = new AbortController();
  const told: number[] = [];
  const undoing = { signal: controller.signal, tell: ({ done }: { done: number }) => void told.push(done) };
  return { parts: new Tally(of, undoing), told, stop: () => controller.abort() };
}

test("what is undone as a whole is not remarked upon", () => {
  const { parts, told } = tally(2);
  parts.done();
  parts.done();
  parts.judge();
  expect(told).toEqual([1, 2]);
});

test("some of what was refused is named, with why, and the rest is counted", () => {
  const { parts } = tally(6);
  parts.done();
  for (const id of ["A", "B", "C", "D", "E"]) parts.stumble(id, refused);
  expect(parts.isOver).toBe(false);
  expect(() => parts.judge()).toThrow(PartlyUndone);
  expect(() => parts.judge()).toThrow(
    "1 of 6 undone. A: It is in use. B: It is in use. C: It is in use. And 2 more could not be undone.",
  );
});

test("many parts may be taken back at once, and what is refused of them as a whole ends it", () => {
  const { parts, told } = tally(500);
  parts.done(200);
  parts.end(refused);
  expect(parts.isOver).toBe(true);
  expect(told).toEqual([200]);
  expect(() => parts.judge()).toThrow("200 of 500 undone. It is in use.");
});

test("a server that does not answer ends it", () => {
  const { parts } = tally(3);
  parts.done();
  parts.stumble("B", new Unreachable(null));
  expect(parts.isOver).toBe(true);
  expect(() => parts.judge()).toThrow("1 of 3 undone. The server does not answer.");
});

test("whoever stops it is told how far it came", () => {
  const { parts, stop } = tally(3);
  parts.done();
  stop();
  expect(parts.isOver).toBe(true);
  expect(() => parts.judge()).toThrow("1 of 3 undone.");
});
