// The graph: what it begins with is loaded here, and explored from there.
import { useState } from "preact/hooks";
import { Refused } from "../../server/refusals";
import { may } from "../../server/session";
import { texts } from "../../texts/en";
import { useLoaded } from "../../ui/loaded";
import { Empty, Failed, Loading } from "../../ui/states";
import { isEverything } from "../../view/query";
import { type GraphView, toHash } from "../../view/view";
import { Explored } from "./explored";
import { loadStart } from "./loading";

export function GraphPage({ view }: { view: GraphView }) {
  const beginning = toHash({ ...view, steps: [], layout: "force" });
  return <Begun key={beginning} view={view} />;
}

function Begun({ view }: { view: GraphView }) {
  const { ids, query } = view;
  const [progress, setProgress] = useState(0);
  const start = useLoaded((signal) => loadStart(ids, query, signal, setProgress), []);
  const words = texts.see.graph;
  if (start.state === "failed")
    return start.error instanceof Refused && start.error.status === 404 ? (
      <Empty title={ids.join(", ")} hint={texts.see.notThere} />
    ) : (
      <Failed error={start.error} retry={start.again} />
    );
  if (!start.value) return <Loading label={words.loading(progress)} />;
  if (start.value.twins.length) return <Explored view={view} start={start.value} />;
  if (ids.length) return <Empty title={ids.join(", ")} hint={texts.see.notThere} />;
  if (isEverything(query) && !may("twins:write")) return <Empty title={texts.find.empty} />;
  if (isEverything(query))
    return (
      <Empty title={words.empty} hint={words.emptyHint}>
        <a class="button" href={toHash({ page: "import" })}>
          {texts.places.import}
        </a>
      </Empty>
    );
  return (
    <Empty title={words.none} hint={texts.find.noneHint}>
      <a class="button" href={toHash({ page: "twins", query, columns: [], sort: null })}>
        {words.find}
      </a>
    </Empty>
  );
}
