// Save all twins that fit as a file, page by page, in the forms that the server's imports take.
import { unparse } from "papaparse";
import { asText } from "../models/names";
import type { Filters, Json, Twin } from "../server/types";
import { type Column, valueIn } from "./columns";
import { everyPage } from "./paging";

export type Format = "csv" | "ndjson";

const TYPES: Record<Format, string> = { csv: "text/csv", ndjson: "application/x-ndjson" };

/** Ends when the file is handed to the browser. `progress` hears how many twins there are so far. */
export async function save(
  format: Format,
  filters: Filters,
  columns: readonly Column[],
  signal: AbortSignal,
  progress: (done: number) => void,
): Promise<void> {
  const parts: string[] = format === "csv" ? [`${toCsv([columns.map(({ path }) => path)])}\r\n`] : [];
  let done = 0;
  for await (const twins of everyPage(filters, signal)) {
    if (twins.length) parts.push(format === "csv" ? csvRows(twins, columns) : ndjson(twins));
    done += twins.length;
    progress(done);
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(parts, { type: TYPES[format] }));
  link.download = `twins.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // The browser has taken it by then.
}

export function ndjson(twins: readonly Twin[]): string {
  return twins.map((twin) => `${JSON.stringify(twin)}\n`).join("");
}

export function csvRows(twins: readonly Twin[], columns: readonly Column[]): string {
  return `${toCsv(twins.map((twin) => columns.map(({ path }) => cell(valueIn(twin, path)))))}\r\n`;
}

/** Texts that are empty have an apostrophe, to differ from no value; numbers stay numbers. */
function cell(value: Json | undefined): string | number | boolean {
  if (value === "") return "'";
  return typeof value === "number" || typeof value === "boolean" ? value : asText(value);
}

/** RFC 4180; a text that a spreadsheet would take for a formula has an apostrophe in front, as the server writes it. */
function toCsv(rows: (string | number | boolean)[][]): string {
  return unparse(rows, { escapeFormulae: true });
}
