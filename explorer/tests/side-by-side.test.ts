import { expect, test } from "vitest";
import { sideBySide } from "../src/server/side-by-side";

test("answers come in order, and only so many are asked for at a time", async () => {
  let underWay = 0;
  let most = 0;
  const all = Array.from({ length: 50 }, (_, index) => index);
  const doubled = await sideBySide(all, async (one) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((done) => setTimeout(done, one % 3));
    underWay -= 1;
    return 2 * one;
  });
  expect(doubled).toEqual(all.map((one) => 2 * one));
  expect(most).toBe(6);
});

test("after a failure no other begins", async () => {
  const begun: number[] = [];
  const asked = sideBySide([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], async (one) => {
    begun.push(one);
    if (one === 3) throw new Error("No.");
    await Promise.resolve();
  });
  await expect(asked).rejects.toThrow("No.");
  expect(begun).not.toContain(10);
});
