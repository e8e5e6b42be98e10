// The models as a tree, each with how many twins it has, together with the models that extend it.
import { useMemo, useState } from "preact/hooks";
import type { Model } from "../models/definitions";
import { countTwins } from "../server/api";
import { changes, ontology } from "../server/world";
import { texts } from "../texts/en";
import { useLoaded } from "../ui/loaded";
import { type Page, whole } from "../ui/pages";
import { type Branch, Tree } from "../ui/tree";

const FOUND_MAX = 50;

interface ModelTreeProps {
  selected: readonly string[];
  choose: (id: string, options: { isAdded: boolean }) => void;
}

export function ModelTree({ selected, choose }: ModelTreeProps) {
  const [words, setWords] = useState("");
  const known = ontology.value;
  const roots = useMemo(
    () => (words.trim() ? found(words.trim()) : known.roots).map(branchOf),
    [known, words],
  );
  const [first, ...others] = roots.filter(({ opens }) => opens);
  // What all else extends says nothing by its name.
  const opened = first && !others.length && !words.trim() ? [first.id] : [];
  return (
    <div class="model-tree">
      <input
        type="search"
        aria-label={texts.find.filterModels}
        placeholder={texts.find.filterModels}
        value={words}
        onInput={(event) => setWords(event.currentTarget.value)}
      />
      <Tree
        key={roots[0]?.id ?? ""}
        label={texts.find.modelTree}
        roots={whole(roots)}
        children={childrenOf}
        opened={opened}
        selected={selected}
        choose={choose}
      />
    </div>
  );
}

function found(words: string): Model[] {
  const small = words.toLowerCase();
  return [...ontology.value.models.values()]
    .filter((model) => model.label.toLowerCase().includes(small) || model.id.toLowerCase().includes(small))
    .sort((a, b) => a.label.length - b.label.length || a.label.localeCompare(b.label))
    .slice(0, FOUND_MAX);
}

async function childrenOf(id: string): Promise<Page<Branch>> {
  return { items: ontology.value.children(id).map(branchOf), following: null };
}

function branchOf(model: Model): Branch {
  return {
    id: model.id,
    label: model.label,
    note: <Count modelId={model.id} />,
    opens: ontology.value.children(model.id).length > 0,
  };
}

const counts = new Map<string, Promise<number>>();
let countedAt = -1;
let last: Promise<unknown> = Promise.resolve();

/**
 * Counted once for as long as nothing was changed from here; one after the other, since to count most of a large graph
 * takes the server longer than all else that the page waits for.
 */
function count(modelId: string): Promise<number> {
  if (countedAt !== changes.value) counts.clear();
  countedAt = changes.value;
  const known = counts.get(modelId);
  if (known) return known;
  const counted = last.then(() => countTwins({ modelFilter: { modelIds: [modelId] } }));
  last = counted.catch(() => counts.delete(modelId));
  counts.set(modelId, counted);
  return counted;
}

function Count({ modelId }: { modelId: string }) {
  const counted = useLoaded(() => count(modelId), [modelId, changes.value]);
  return <>{counted.state === "failed" ? "" : (counted.value?.toLocaleString("en") ?? "…")}</>;
}
