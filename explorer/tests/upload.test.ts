import { expect, test } from "vitest";
import { placed } from "../src/change/upload-models";

test("faults of an upload stand at the file and the interface that they are in", () => {
  const read = [
    { file: "a.json", definitions: [{ "@id": "dtmi:x:A;1" }, { "@id": "dtmi:x:B;1" }], error: "" },
    { file: "b.json", definitions: [{ "@id": "dtmi:x:C;1" }], error: "" },
  ];
  const faults = { "[2].contents[0].name": ["wrong"], "[0]": ["bad"], models: ["none"] };
  expect(placed(faults, read)).toEqual({
    "b.json dtmi:x:C;1.contents[0].name": ["wrong"],
    "a.json dtmi:x:A;1": ["bad"],
    models: ["none"],
  });
});
