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
type Look = Pick<Group, "shape" | "colours"> & { names: string[] };

const look = (shape: Shape, light: string, dark: string, ...names: string[]): Look => ({
  shape,
  colours: { light, dark },
  names,
});

// With names of models in the published ontologies: of those that a twin's model extends, the nearest decides. Within
// a shape, no two colours are alike to any kind of eye; on the ground of each theme all stand out.
const BRANCHES: Record<Branch, Look> = {
  places: look("square", "#1f7a50", "#7fdcae", "Space", "Location", "Site"),
  zones: look("square", "#7f9e22", "#93a32c", "Zone"),
  equipment: look("diamond", "#7a4a0c", "#b87a2c", "Equipment", "Asset"),
  hvac: look("diamond", "#c05a4c", "#f2988a", "HVACEquipment", "HVAC_Equipment", "HVAC"),
  electrical: look(
    "diamond",
    "#a8951a",
    "#ead74d",
    "ElectricalEquipment",
    "Electrical_Equipment",
    "MeterEquipment",
    "Meter",
  ),
  sensors: look("circle", "#1f5fa8", "#6aa5ff", "Sensor"),
  setpoints: look("circle", "#9e7ee5", "#9d74d0", "Setpoint", "Parameter"),
  actuators: look("circle", "#8a2f52", "#cf5f86", "Actuator", "Command"),
  states: look("circle", "#26a0a3", "#79e6fd", "State", "Status", "Alarm"),
  points: look("circle", "#6b7280", "#a7b0bc", "Capability", "Point"),
  collections: look("triangle", "#10a2a9", "#46d8de", "Collection", "System"),
  agents: look("triangle", "#cb700e", "#f9a13e", "Agent"),
  documents: look("triangle", "#4b5461", "#858ba3", "Document", "Information", "Lease"),
};

export const LOOKS: readonly Look[] = Object.values(BRANCHES);
const ORDER = Object.keys(BRANCHES) as Branch[];
const BY_NAME = new Map(
  ORDER.flatMap((branch) => BRANCHES[branch].names.map((name) => [name, branch] as const)),
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
      if (!branch) continue;
      const { shape, colours } = BRANCHES[branch];
      const label = texts.see.graph.groups[branch];
      return { id: branch, label, shape, colours, order: ORDER.indexOf(branch) };
    }
    // An ontology of its own making: by the root that a model extends, in the order of roots.
    const root = lineage.at(-1) ?? modelId;
    const at = Math.max(0, this.#ontology.roots.map(({ id }) => id).indexOf(root));
    const { colours } = LOOKS[at % LOOKS.length] ?? BRANCHES.points;
    const label = this.#ontology.label(root);
    return { id: root, label, shape: "circle", colours, order: ORDER.length + at };
  }
}
