// What can be done with all that fit: choose columns, save, show as an API call or as a graph, delete.
import { useState } from "preact/hooks";
import { DeleteMany } from "../change/delete-many";
import { may } from "../server/session";
import type { Filters } from "../server/types";
import { texts } from "../texts/en";
import { Dialog } from "../ui/dialog";
import { Failed } from "../ui/states";
import { show } from "../view/place";
import { GRAPH, toHash, type View } from "../view/view";
import { ApiCall } from "./api-call";
import type { Column } from "./columns";
import { toggled } from "./inputs";
import { type Format, save } from "./save";

interface ToolsProps {
  view: Extract<View, { page: "twins" }>;
  filters: Filters;
  count: number | null;
  columns: readonly Column[];
  allColumns: readonly Column[];
  loaded: string;
}

type Open = "columns" | "call" | "delete" | null;

export function Tools({ view, filters, count, columns, allColumns, loaded }: ToolsProps) {
  const [open, setOpen] = useState<Open>(null);
  const [saving, setSaving] = useState<{ done: number; stop: () => void } | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const start = async (format: Format) => {
    const controller = new AbortController();
    const stop = () => controller.abort();
    setFailure(null);
    setSaving({ done: 0, stop });
    try {
      await save(format, filters, columns, controller.signal, (done) => setSaving({ done, stop }));
    } catch (error) {
      if (!controller.signal.aborted) setFailure(error);
    }
    setSaving(null);
  };
  const canDelete = may("twins:write") && count !== null && count > 0 && Object.keys(filters).length > 0;
  return (
    <>
      <div class="tools">
        <h1 class="count">
          <span role="status">{count === null ? "…" : texts.find.found(count)}</span>{" "}
          <span class="hint">{loaded}</span>
        </h1>
        <button type="button" onClick={() => setOpen("columns")}>
          {texts.find.columns}
        </button>
        <select
          aria-label={texts.find.export}
          value=""
          onChange={(event) => {
            const format = event.currentTarget.value as Format;
            event.currentTarget.value = "";
            start(format);
          }}
        >
          <option value="">{texts.find.export}</option>
          <option value="csv">{texts.find.exportAs("CSV")}</option>
          <option value="ndjson">{texts.find.exportAs("NDJSON")}</option>
        </select>
        <button type="button" onClick={() => setOpen("call")}>
          {texts.find.asCall}
        </button>
        <a class="button" href={toHash({ ...GRAPH, query: view.query })}>
          {texts.find.asGraph}
        </a>
        {may("twins:write") && (
          <a class="button" href={toHash({ page: "new", modelId: view.query.models[0] ?? "" })}>
            {texts.change.newTwin}
          </a>
        )}
        {canDelete && (
          <button type="button" class="danger" onClick={() => setOpen("delete")}>
            {texts.find.deleteAll}
          </button>
        )}
      </div>
      {saving && (
        <p role="status">
          {texts.find.exporting(saving.done)}{" "}
          <button type="button" onClick={saving.stop}>
            {texts.cancel}
          </button>
        </p>
      )}
      {failure !== null && <Failed error={failure} />}
      {open === "columns" && (
        <Dialog title={texts.find.columns} close={() => setOpen(null)}>
          <ColumnChoice
            all={allColumns}
            shown={columns.map(({ path }) => path)}
            choose={(chosen) => show({ ...view, columns: chosen })}
          />
        </Dialog>
      )}
      {open === "call" && <ApiCall request={filters} close={() => setOpen(null)} />}
      {open === "delete" && <DeleteMany filters={filters} close={() => setOpen(null)} />}
    </>
  );
}

interface ColumnChoiceProps {
  all: readonly Column[];
  shown: string[];
  choose: (paths: string[]) => void;
}

function ColumnChoice({ all, shown, choose }: ColumnChoiceProps) {
  return (
    <div class="checks tall">
      {all.map(({ path, label }) => (
        <label key={path} class="check">
          <input
            type="checkbox"
            checked={shown.includes(path)}
            onChange={() => choose(toggled(shown, path))}
          />
          {label} <code>{path}</code>
        </label>
      ))}
    </div>
  );
}
