// What the drawing keeps of each twin and relationship, and how that follows from what they are.
import type { Group } from "./groups";
import type { Kind } from "./kinds";
import type { Place } from "./layouts/sketch";
import { type Paint, sheer } from "./paint";

export interface NodeLook extends Place {
  label: string;
  group: Group;
  shape: string;
  color: string;
  rim: string;
  /** The layer it is drawn on when it is pointed at: above others, unless it would cover what is in it. */
  raised: "nodes" | "topNodes";
  labelPosition: "right" | "above" | "below";
  /** What is framed when it is selected: all of it, or its name alone where it is large. */
  backdropArea: "both" | "label";
  zIndex: number;
}

export interface EdgeLook {
  label: string;
  kind: Kind;
  color: string;
  strong: string;
  size: number;
}

// States that Sigma does not have by itself.
export const NODE_STATE = { isSelected: false, isFaint: false, isNamed: false };
export const EDGE_STATE = { isFaint: false, isNamed: false, isFirst: false };

/** What all of a drawing is painted with. */
export interface Brush {
  paint: Paint;
  isDark: boolean;
  /** Whether it has circles in circles. */
  isNested: boolean;
}

/** A twin's colours and shape; what holds others is a circle that they are seen in. */
export function nodeLook(
  { label, group }: Pick<NodeLook, "label" | "group">,
  place: Place,
  { paint, isDark, isNested }: Brush,
): NodeLook {
  const colour = isDark ? group.colours.dark : group.colours.light;
  if (place.holds)
    return {
      label,
      group,
      ...place,
      shape: "circle",
      color: sheer(colour, 0.13),
      rim: sheer(colour, 0.8),
      raised: "nodes",
      labelPosition: "above",
      backdropArea: "label",
      zIndex: -Math.round(place.size), // The smaller above the larger.
    };
  return {
    label,
    group,
    ...place,
    shape: group.shape,
    color: colour,
    rim: paint.ground,
    raised: "topNodes",
    labelPosition: isNested ? "below" : "right",
    backdropArea: "both",
    zIndex: 1,
  };
}

const NESTED_THINNER = 0.4; // Where sizes change as distances do, lines become thick when one looks closely.

/** That something is in something is drawn paler than that it is fed. */
export function edgeLook(label: string, kind: Kind, { paint, isNested }: Brush): EdgeLook {
  const size = (of: number) => of * (isNested ? NESTED_THINNER : 1);
  switch (kind) {
    case "containment":
      return { label, kind, color: sheer(paint.control, 0.4), strong: paint.text, size: size(1) };
    case "feed":
      return { label, kind, color: sheer(paint.accent, 0.7), strong: paint.accent, size: size(1.4) };
    case "other":
      return { label, kind, color: sheer(paint.control, 0.15), strong: paint.text, size: size(0.8) };
  }
}
