// Places and what is in them, by the relationships from part to whole that the server follows.

import { nameOf } from "../models/names";
import type { Twin } from "../server/types";
import { changes, ontology } from "../server/world";
import { texts } from "../texts/en";
import { useLoaded } from "../ui/loaded";
import { Empty, Failed, Loading } from "../ui/states";
import { type Branch, Tree } from "../ui/tree";
import { partsOf, wholes } from "./containment";

export function LocationTree(props: { selected: readonly string[]; choose: (id: string) => void }) {
  const roots = useLoaded((signal) => wholes(signal), [changes.value]);
  if (roots.state === "failed") return <Failed error={roots.error} retry={roots.again} />;
  if (!roots.value) return <Loading />;
  if (!roots.value.length) return <Empty title={texts.see.noLocations} />;
  return (
    <Tree
      key={roots.value[0]?.id ?? ""}
      label={texts.find.locations}
      roots={roots.value.map(branchOf)}
      children={childrenOf}
      selected={props.selected}
      choose={props.choose}
    />
  );
}

async function childrenOf(id: string, signal: AbortSignal): Promise<Branch[]> {
  return (await partsOf(id, signal)).map(branchOf);
}

function branchOf(twin: Twin): Branch {
  return {
    id: twin.id,
    label: nameOf(twin),
    note: ontology.value.label(twin.modelId),
    // Whether something is in it is seen when it is opened; sensors and other capabilities mostly hold nothing.
    opens: !ontology.value.lineage(twin.modelId).some((model) => /:Capability;/.test(model)),
  };
}
