// How nodes and edges are painted: what Sigma draws them with, and what of it follows from attributes and states.
import type { PrimitivesDeclaration } from "sigma/primitives";
import {
  extremityArrow,
  type FragmentLayer,
  layerPlain,
  pathCurved,
  pathLine,
  pathLoop,
  sdfCircle,
  sdfDiamond,
  sdfSquare,
  sdfTriangle,
} from "sigma/rendering";
import type { StylesDeclaration } from "sigma/types";
import type { EDGE_STATE, EdgeLook, NODE_STATE, NodeLook } from "./looks";
import type { Paint } from "./paint";
import { ARROW } from "./strokes";

/** A fill with a rim: a thin one of the ground's colour sets apart what overlaps. */
function skin(): FragmentLayer {
  const { UNSIGNED_BYTE } = WebGL2RenderingContext;
  const colour = (name: string, source: string) => ({
    name,
    size: 4 as const,
    type: UNSIGNED_BYTE,
    normalized: true,
    source,
  });
  return {
    name: "skin",
    uniforms: [],
    attributes: [colour("skinFill", "color"), colour("skinRim", "rim")],
    glsl: `
vec4 layer_skin(vec4 v_skinFill, vec4 v_skinRim) {
  float width = context.pixelToUV * min(1.5, context.pixelSize * 0.1);
  float part = smoothstep(-width - context.aaWidth, -width + context.aaWidth, context.sdf);
  return mix(v_skinFill, v_skinRim, part);
}
`,
  };
}

export function primitives() {
  return {
    nodes: {
      shapes: [
        sdfCircle(),
        sdfSquare({ cornerRadius: 0.2 }),
        sdfDiamond({ cornerRadius: 0.15 }),
        sdfTriangle({ cornerRadius: 0.15 }),
      ],
      variables: { rim: { type: "color", default: "transparent" } },
      layers: [skin()],
      label: { margin: 4 },
    },
    edges: {
      paths: [pathLine(), pathCurved({ segments: 8 }), pathLoop({ segments: 8 })],
      extremities: [extremityArrow({ lengthRatio: ARROW.length, widthRatio: ARROW.width })],
      layers: [layerPlain()],
      defaultHead: "arrow",
    },
  } as const satisfies PrimitivesDeclaration;
}

type Styles = StylesDeclaration<
  NodeLook,
  EdgeLook,
  typeof NODE_STATE,
  typeof EDGE_STATE,
  Record<never, never>,
  { rim: string }
>;

const FAINT = 0.12;

/** One value in a state, and another out of it. */
function when<const S, const T, const F>(whenState: S, then: T, otherwise: F) {
  return { whenState, then, else: otherwise };
}

export function styles(paint: Paint): Styles {
  return {
    nodes: {
      x: { attribute: "x" },
      y: { attribute: "y" },
      size: { attribute: "size" },
      shape: { attribute: "shape" },
      color: { attribute: "color" },
      rim: when("isSelected", paint.accent, { attribute: "rim" }),
      opacity: when("isFaint", FAINT, 1),
      zIndex: { attribute: "zIndex" },
      depth: when("isHovered", { attribute: "raised" }, "nodes"),
      visibility: when("isHidden", "hidden", "visible"),
      cursor: "pointer",
      label: { attribute: "label" },
      labelColor: paint.text,
      labelSize: 12,
      labelPosition: { attribute: "labelPosition" },
      labelDepth: "topNodes",
      labelVisibility: when(
        "isHovered",
        "visible",
        when("isNamed", "visible", when("isFaint", "hidden", "auto")),
      ),
      backdropVisibility: when("isSelected", "visible", when("isHovered", "visible", "hidden")),
      backdropColor: paint.ground,
      backdropBorderColor: when("isSelected", paint.accent, paint.control),
      backdropBorderWidth: 2,
      backdropCornerRadius: 6,
      backdropPadding: 5,
      backdropArea: { attribute: "backdropArea" },
    },
    edges: {
      size: { attribute: "size" },
      color: when("isHighlighted", { attribute: "strong" }, { attribute: "color" }),
      opacity: when("isFaint", FAINT, 1),
      parallelPath: "curved",
      depth: when("isHighlighted", "topEdges", "edges"),
      visibility: when("isHidden", "hidden", "visible"),
      // What draws names is prepared when it draws the first, for which everything waits up to a second where there is no
      // graphics card. So one is drawn from the start, which nobody sees.
      label: when("isNamed", { attribute: "label" }, when("isFirst", " ", "")),
      labelVisibility: when("isFirst", "visible", "auto"),
      labelColor: paint.text,
      labelSize: 11,
      labelBackgroundColor: when("isNamed", `${paint.ground}e0`, "transparent"),
      labelBackgroundPadding: 2,
      labelDepth: "topNodes",
    },
  };
}
