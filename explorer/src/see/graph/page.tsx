import type { View } from "../../view/view";

export function GraphPage({ view }: { view: Extract<View, { page: "graph" }> }) {
  return <p>{view.ids.join(", ")}</p>;
}
