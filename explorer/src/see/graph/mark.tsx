import { theme } from "../../shell/theme";
import type { Group } from "./groups";

/** A group's shape in its colour, as it is drawn. */
export function Mark({ group }: { group: Group }) {
  const fill = group.colours[theme.value];
  return (
    <svg class="graph-mark" viewBox="0 0 12 12" aria-hidden="true">
      {group.shape === "circle" && <circle cx="6" cy="6" r="5" fill={fill} />}
      {group.shape === "square" && <rect x="1.5" y="1.5" width="9" height="9" rx="1" fill={fill} />}
      {group.shape === "diamond" && <path d="M6 0.5 11.5 6 6 11.5 0.5 6Z" fill={fill} />}
      {group.shape === "triangle" && <path d="M6 1 11.5 11H0.5Z" fill={fill} />}
    </svg>
  );
}
