// The table: as long as what is loaded, with only the rows in view in the page, and more loaded near its end.
import { useEffect, useRef } from "preact/hooks";
import type { Twin } from "../server/types";
import { ontology } from "../server/world";
import { texts } from "../texts/en";
import type { Growing } from "../ui/pages";
import { Failed } from "../ui/states";
import { useVirtualRows } from "../ui/virtual";
import { type Sort, toHash } from "../view/view";
import { type Column, cellText } from "./columns";

const ROW_PIXELS = 34;
const NEAR_ROWS = 60;

interface TableProps {
  twins: readonly Twin[];
  columns: readonly Column[];
  sort: Sort | null;
  sortBy: (sort: Sort | null) => void;
  paged: Growing<Twin>;
}

export function Table({ twins, columns, sort, sortBy, paged }: TableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, height } = useVirtualRows(scroller, twins.length, ROW_PIXELS);
  const last = rows.at(-1)?.index ?? 0;
  const { state, more } = paged;
  useEffect(() => {
    if (state === "more" && last > twins.length - NEAR_ROWS) more();
  }, [state, last, twins.length, more]);
  const first = rows[0]?.start ?? 0;
  const after = height - (rows.at(-1)?.start ?? 0) - (rows.length ? ROW_PIXELS : 0);
  return (
    <section class="table" ref={scroller} tabIndex={0} aria-label={texts.find.results}>
      <table aria-rowcount={twins.length + 1}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading key={column.path} column={column} sort={sort} sortBy={sortBy} />
            ))}
          </tr>
        </thead>
        <tbody>
          {first > 0 && <Gap pixels={first} />}
          {rows.map(({ index }) => {
            const twin = twins[index];
            return twin && <Row key={twin.id} twin={twin} index={index} columns={columns} />;
          })}
          {after > 0 && <Gap pixels={after} />}
        </tbody>
      </table>
      {state === "failed" && <Failed error={paged.error} retry={more} />}
      {state === "loading" && (
        <p class="hint" role="status">
          {texts.loadingMore}
        </p>
      )}
    </section>
  );
}

/** As high as the rows that are not in the page. */
function Gap({ pixels }: { pixels: number }) {
  return <tr style={{ height: `${pixels}px` }} />;
}

interface HeadingProps {
  column: Column;
  sort: Sort | null;
  sortBy: (sort: Sort | null) => void;
}

function Heading({ column, sort, sortBy }: HeadingProps) {
  const isSorted = sort?.path === column.path;
  const order = isSorted ? (sort.descending ? "descending" : "ascending") : "none";
  const turn = () => {
    if (!isSorted) return sortBy({ path: column.path, descending: false });
    sortBy(sort.descending ? null : { path: column.path, descending: true });
  };
  return (
    <th scope="col" aria-sort={order}>
      <button type="button" title={texts.find.sortBy(column.path)} onClick={turn}>
        {column.label}
        {column.unit && <span class="unit"> {column.unit}</span>}
        <span aria-hidden="true">{isSorted ? (sort.descending ? " ▼" : " ▲") : ""}</span>
      </button>
    </th>
  );
}

function Row({ twin, index, columns }: { twin: Twin; index: number; columns: readonly Column[] }) {
  const address = toHash({ page: "twin", id: twin.id });
  return (
    <tr aria-rowindex={index + 2} class={index % 2 ? "odd" : ""}>
      {columns.map(({ path }, at) => {
        const text = cellText(twin, path, ontology.value);
        return (
          <td key={path} title={path === "modelId" ? twin.modelId : text}>
            {at === 0 ? <a href={address}>{text || twin.id}</a> : text}
          </td>
        );
      })}
    </tr>
  );
}
