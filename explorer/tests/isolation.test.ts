import fc from "fast-check";
import { expect, test } from "vitest";
import { nameOf } from "../src/models/names";
import { escaped, isolated, isolating } from "../src/texts/isolation";

const [OVERRIDE, ISOLATE, END] = ["\u202e", "\u2067", "\u2069"];
const signs = fc.constantFrom("a", " ", "ש", OVERRIDE, "\u202c", ISOLATE, "\u2068", END);
const words = fc.array(signs).map((some) => some.join(""));

/** How many isolations are open after each sign (UAX 9, BD9). */
function depths(text: string): number[] {
  let depth = 0;
  return [...text].map((sign) => {
    if (sign >= "\u2066" && sign < END) depth += 1;
    return sign === END ? --depth : depth;
  });
}

test("whatever is in a text, its isolation ends where the text does, and not before", () => {
  fc.assert(
    fc.property(words, (text) => {
      const shown = isolated(text);
      if (shown === text) {
        expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
        return;
      }
      expect(shown.replaceAll(/[\u2066-\u2069]/g, "")).toBe(text.replaceAll(/[\u2066-\u2069]/g, ""));
      expect(depths(shown).at(-1)).toBe(0);
      expect(
        depths(shown)
          .slice(0, -1)
          .every((depth) => depth > 0),
      ).toBe(true);
    }),
  );
});

test("what is put into a text of the page is isolated in it, also one of many", () => {
  const texts = isolating({
    plain: "So",
    deep: { of: (id: string, ids: string[]) => `${id} of ${ids.join()}` },
  });
  expect(texts.plain).toBe("So");
  expect(texts.deep.of("A", [`B${OVERRIDE}`])).toBe(`A of \u2068B${OVERRIDE}${END}`);
});

test("JSON that is shown is the same JSON, and nothing in it turns", () => {
  fc.assert(
    fc.property(words, (text) => {
      const shown = escaped(JSON.stringify({ [text]: text }));
      expect(JSON.parse(shown)).toEqual({ [text]: text });
      expect(isolated(shown)).toBe(shown);
    }),
  );
});

test("a twin whose name nobody can see is called by its id", () => {
  const twin = { id: "AHU-1", modelId: "", lastUpdateTime: "" };
  for (const name of ["\u200b", `${OVERRIDE} `, "\u2060\ufeff", "\u00ad"])
    expect(nameOf({ ...twin, contents: { name } })).toBe("AHU-1");
  expect(nameOf({ ...twin, contents: { name: `${OVERRIDE}1-UHA` } })).toBe(`${OVERRIDE}1-UHA`);
});
