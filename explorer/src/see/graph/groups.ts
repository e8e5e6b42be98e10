// Which branch of the model tree a twin belongs to: its colour and shape, the same in every graph.
import { shortName } from "../../models/definitions";
import type { Ontology } from "../../models/ontology";
import { texts } from "../../texts/en";

export type Shape = "circle" | "square" | "diamond" | "triangle";

export interface Group {
  id: string;
  label: string;
  shape: Shape;
  colours: { light: string; dark: string };
  /** Its place among all groups. */
  order: number;
}

type Branch = keyof typeof texts.see.graph.groups;
type Look = Pick<Group, "shape" | "colours" | "order">;

let order = 0;
const look = (shape: Shape, light: string, dark: string): Look => ({
  shape,
  colours: { light, dark },
  order: order++,
});

// Within a shape, no two colours are alike to any kind of eye; on the ground of each theme all stand out.
const BRANCHES: Record<Branch, Look> = {
  places: look("square", "#1f7a50", "#7fdcae"),
  zones: look("square", "#7f9e22", "#93a32c"),
  equipment: look("diamond", "#7a4a0c", "#b87a2c"),
  hvac: look("diamond", "#c05a4c", "#f2988a"),
  electrical: look("diamond", "#a8951a", "#ead74d"),
  sensors: look("circle", "#1f5fa8", "#6aa5ff"),
  setpoints: look("circle", "#9e7ee5", "#9d74d0"),
  actuators: look("circle", "#8a2f52", "#cf5f86"),
  states: look("circle", "#26a0a3", "#79e6fd"),
  points: look("circle", "#6b7280", "#a7b0bc"),
  collections: look("triangle", "#10a2a9", "#46d8de"),
  agents: look("triangle", "#cb700e", "#f9a13e"),
  documents: look("triangle", "#4b5461", "#858ba3"),
};

export const LOOKS: readonly Look[] = Object.values(BRANCHES);

// Names of models in the published ontologies. Of those that a twin's model extends, the nearest decides.
const NAMES: Record<Branch, string[]> = {
  places: ["Space", "Location", "Site"],
  zones: ["Zone"],
  equipment: ["Equipment", "Asset"],
  hvac: ["HVACEquipment", "HVAC_Equipment", "HVAC"],
  electrical: ["ElectricalEquipment", "Electrical_Equipment", "MeterEquipment", "Meter"],
  sensors: ["Sensor"],
  setpoints: ["Setpoint", "Parameter"],
  actuators: ["Actuator", "Command"],
  states: ["State", "Status", "Alarm"],
  points: ["Capability", "Point"],
  collections: ["Collection", "System"],
  agents: ["Agent"],
  documents: ["Document", "Information", "Lease"],
};

const BY_NAME = new Map(
  Object.entries(NAMES).flatMap(([branch, names]) => names.map((name) => [name, branch as Branch])),
);

/** The groups of an ontology's models. */
export class Groups {
  readonly #ontology: Ontology;
  readonly #ofModels = new Map<string, Group>();
  readonly #all = new Map<string, Group>();

  constructor(ontology: Ontology) {
    this.#ontology = ontology;
  }

  /** One value for each group, whatever model it is asked for. */
  of(modelId: string): Group {
    const known = this.#ofModels.get(modelId);
    if (known) return known;
    const found = this.#find(modelId);
    const group = this.#all.get(found.id) ?? found;
    this.#all.set(group.id, group);
    this.#ofModels.set(modelId, group);
    return group;
  }

  #find(modelId: string): Group {
    const lineage = this.#ontology.lineage(modelId);
    for (const id of lineage) {
      const branch = BY_NAME.get(shortName(id));
      if (branch) return { ...BRANCHES[branch], id: branch, label: texts.see.graph.groups[branch] };
    }
    // An ontology of its own making: by the root that a model extends, in the order of roots.
    const root = lineage.at(-1) ?? modelId;
    const at = Math.max(
      0,
      this.#ontology.roots.findIndex(({ id }) => id === root),
    );
    const { colours } = LOOKS[at % LOOKS.length] ?? BRANCHES.points;
    return {
      id: root,
      label: this.#ontology.label(root),
      shape: "circle",
      colours,
      order: LOOKS.length + at,
    };
  }
}
