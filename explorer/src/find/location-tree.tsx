// Places and what is in them, by the relationships from part to whole that the server follows.

import { nameOf } from "../models/names";
import type { Twin } from "../server/types";
import { changes, ontology } from "../server/world";
import { texts } from "../texts/en";
import { type Page, usePages } from "../ui/pages";
import { Empty, Failed, Loading } from "../ui/states";
import { type Branch, Tree } from "../ui/tree";
import { partsOf, type Remaining, wholes } from "./containment";

export function LocationTree(props: { selected: readonly string[]; choose: (id: string) => void }) {
  const roots = usePages<Twin, Remaining>(wholes, "", changes.value);
  if (!roots.items.length) {
    if (roots.state === "failed") return <Failed error={roots.error} retry={roots.again} />;
    if (roots.state === "loading") return <Loading />;
    if (roots.state === "whole") return <Empty title={texts.see.noLocations} />;
  }
  return (
    <Tree
      key={roots.items[0]?.id ?? ""}
      label={texts.find.locations}
      roots={{ ...roots, items: roots.items.map(branchOf) }}
      children={childrenOf}
      selected={props.selected}
      choose={props.choose}
    />
  );
}

async function childrenOf(id: string, from: string | null, signal: AbortSignal): Promise<Page<Branch>> {
  const { items, following } = await partsOf(id, from, signal);
  return { items: items.map(branchOf), following };
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
