// The twins that a query finds: where to narrow it down at the side, chips above, and the table.
import { useMemo } from "preact/hooks";
import { searchedTexts } from "../models/names";
import { countTwins } from "../server/api";
import { may } from "../server/session";
import { changes, ontology } from "../server/world";
import { texts } from "../texts/en";
import { useLoaded } from "../ui/loaded";
import { Empty, Failed, Loading } from "../ui/states";
import { view as place, show } from "../view/place";
import { EVERYTHING, isEverything, type Query, toFilters } from "../view/query";
import { toHash, type View } from "../view/view";
import { Chips } from "./chips";
import { columnsFor, shownColumns, sorted } from "./columns";
import { toggled } from "./inputs";
import { LocationTree } from "./location-tree";
import { ModelTree } from "./model-tree";
import { useTwins } from "./paging";
import { Table } from "./table";
import { Tools } from "./tools";

type TwinsView = Extract<View, { page: "twins" }>;

export function Results({ view }: { view: TwinsView }) {
  const { query } = view;
  const known = ontology.value;
  const filters = useMemo(() => toFilters(query, searchedTexts(known)), [query, known]);
  const paged = useTwins(filters, changes.value);
  const counted = useLoaded(
    (signal) => countTwins(filters, signal),
    [JSON.stringify(filters), changes.value],
  );
  const columns = useMemo(() => shownColumns(view.columns, query, known), [view.columns, query, known]);
  const allColumns = useMemo(() => columnsFor(query, known), [query, known]);
  const twins = useMemo(() => sorted(paged.items, view.sort), [paged.items, view.sort]);

  const ask = (asked: Query) => show({ ...view, query: asked });
  const of = counted.state === "failed" ? "?" : (counted.value?.toLocaleString("en") ?? "…");
  return (
    <div class="find">
      <aside>
        <details open={innerWidth > 700}>
          <summary>{texts.find.locations}</summary>
          <LocationTree
            selected={query.location ? [query.location] : []}
            choose={(id) => ask({ ...query, location: query.location === id ? "" : id })}
          />
        </details>
        <details open={innerWidth > 700}>
          <summary>{texts.find.modelTree}</summary>
          <ModelTree
            selected={query.models}
            choose={(id, { isAdded }) =>
              ask({
                ...query,
                models: isAdded || query.models.includes(id) ? toggled(query.models, id) : [id],
              })
            }
          />
        </details>
      </aside>
      <div class="results">
        <Chips query={query} change={ask} />
        <Tools
          view={view}
          filters={filters}
          count={counted.state === "failed" ? null : counted.value}
          columns={columns}
          allColumns={allColumns}
          loaded={texts.find.shown(paged.items.length, of)}
        />
        {paged.state === "failed" && !paged.items.length && (
          <Failed error={paged.error} retry={paged.again} />
        )}
        {paged.state === "loading" && !paged.items.length && <Loading />}
        {paged.state === "whole" && !paged.items.length && <Nothing query={query} />}
        {paged.items.length > 0 && (
          <Table
            twins={twins}
            columns={columns}
            sort={view.sort}
            sortBy={(sort) => show({ ...view, sort })}
            paged={paged}
          />
        )}
      </div>
    </div>
  );
}

function Nothing({ query }: { query: Query }) {
  if (isEverything(query) && !may("twins:write")) return <Empty title={texts.find.empty} />;
  if (isEverything(query))
    return (
      <Empty title={texts.find.empty} hint={texts.find.emptyHint}>
        <a class="button" href={toHash({ page: "import" })}>
          {texts.places.import}
        </a>{" "}
        <a class="button" href={toHash({ page: "new", modelId: "" })}>
          {texts.change.newTwin}
        </a>
      </Empty>
    );
  const clear = () => {
    if (place.value.page === "twins") show({ ...place.value, query: EVERYTHING });
  };
  return (
    <Empty title={texts.find.none} hint={texts.find.noneHint}>
      <button type="button" onClick={clear}>
        {texts.find.clear}
      </button>
    </Empty>
  );
}
