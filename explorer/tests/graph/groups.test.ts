import { expect, test } from "vitest";
import { Ontology } from "../../src/models/ontology";
import { Groups, LOOKS } from "../../src/see/graph/groups";
import { closest, contrast } from "./colours";

const GROUNDS = { light: "#ffffff", dark: "#141816" }; // As style.css has them.

const stored = (id: string, ...parents: string[]) => ({
  id: `dtmi:test:${id};1`,
  uploadTime: "",
  modelDefinition: JSON.stringify({ extends: parents.map((parent) => `dtmi:test:${parent};1`) }),
});

test("a model belongs to the nearest branch that it extends", () => {
  const groups = new Groups(
    new Ontology([
      stored("Asset"),
      stored("Equipment", "Asset"),
      stored("HVACEquipment", "Equipment"),
      stored("Fan", "Equipment"),
      stored("Chiller", "HVACEquipment"),
    ]),
  );
  expect(groups.of("dtmi:test:Fan;1").id).toBe("equipment");
  expect(groups.of("dtmi:test:Chiller;1").id).toBe("hvac");
  expect(groups.of("dtmi:test:Asset;1")).toBe(groups.of("dtmi:test:Fan;1"));
});

test("an ontology of its own making is told apart by its roots, each with a colour", () => {
  const ontology = new Ontology([stored("Machine"), stored("Place"), stored("Robot", "Machine")]);
  const groups = new Groups(ontology);
  expect(groups.of("dtmi:test:Robot;1").id).toBe("dtmi:test:Machine;1");
  expect(groups.of("dtmi:test:Place;1").colours).not.toEqual(groups.of("dtmi:test:Robot;1").colours);
});

test("a model that is not stored has a group too", () => {
  expect(new Groups(new Ontology([])).of("dtmi:test:Gone;1")).toMatchObject({ label: "Gone" });
});

test.each(["light", "dark"] as const)(
  "on the ground of the %s theme every colour stands out (WCAG 1.4.11)",
  (theme) => {
    for (const { colours } of LOOKS)
      expect(contrast(colours[theme], GROUNDS[theme])).toBeGreaterThanOrEqual(3);
  },
);

test.each(["light", "dark"] as const)(
  "in the %s theme no two colours of a shape are alike, to any kind of eye",
  (theme) => {
    for (const shape of ["square", "diamond", "circle", "triangle"]) {
      const alike = LOOKS.filter((look) => look.shape === shape).map(({ colours }) => colours[theme]);
      // A distance of 2 in OKLab is what one just sees side by side; hues of good palettes are 7 and more apart.
      expect(closest(alike)).toBeGreaterThanOrEqual(7);
    }
  },
);
