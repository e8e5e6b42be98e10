// Import files that are dropped here: tried first, then imported, with a report for each line that is not taken.
import { useState } from "preact/hooks";
import { putInBulk } from "../server/api";
import { may } from "../server/session";
import type { BulkLine } from "../server/types";
import { noteChange } from "../server/world";
import { texts } from "../texts/en";
import { say } from "../ui/notices";
import { Empty, Failed, Faults } from "../ui/states";
import { asTheyWere, undoImport } from "./writes";

type Kind = "twins" | "relationships";

interface Chosen {
  file: File;
  kind: Kind;
}

interface Report {
  file: string;
  isTrial: boolean;
  sums: Record<string, number>;
  rejected: BulkLine[];
  rejectedInAll: number;
  /** Whether the server came to the end of the file; if it did not, it could not go on. */
  isWhole: boolean;
  isRunning: boolean;
}

const SHOWN_MAX = 200; // Lines that are not taken, of one file.
const UNDONE_MAX = 1_000; // Twins that an import can be undone for: their states before are kept here.

export function ImportPage() {
  const [chosen, setChosen] = useState<Chosen[]>([]);
  const [reports, setReports] = useState<Report[]>([]);
  const [busy, setBusy] = useState("");
  const [failure, setFailure] = useState<unknown>(null);
  const [isOver, setOver] = useState(false);
  if (!may("twins:write")) return <Empty title={texts.change.mayNot} />;

  const take = async (files: FileList | null | undefined) => {
    setReports([]);
    setFailure(null);
    const read = await Promise.all(
      [...(files ?? [])].map(async (file) => ({ file, kind: await kindOf(file) })),
    );
    // Relationships need their twins, so these go first.
    setChosen(read.sort((a, b) => Number(a.kind === "relationships") - Number(b.kind === "relationships")));
  };
  const run = async (isTrial: boolean) => {
    setReports([]);
    setFailure(null);
    setBusy(isTrial ? texts.change.trying : texts.change.importing);
    try {
      for (const one of chosen) {
        const report = await runOne(one, isTrial, (part) => setReports((before) => put(before, part)));
        setReports((before) => put(before, report));
      }
    } catch (error) {
      setFailure(error);
    }
    setBusy("");
    if (!isTrial) noteChange();
  };
  const isTried =
    reports.length === chosen.length && reports.every(({ isTrial, isWhole }) => isTrial && isWhole);
  const drop = {
    onDragOver: (event: DragEvent) => {
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      take(event.dataTransfer?.files);
    },
  };
  return (
    <section class="page">
      <h1>{texts.change.importTitle}</h1>
      <p>{texts.change.importLead}</p>
      <label class={isOver ? "drop over" : "drop"} {...drop}>
        <strong>{texts.change.drop}</strong>
        <span class="hint">{texts.change.dropKinds}</span>
        <input
          type="file"
          multiple
          accept=".ndjson,.jsonl,.json,.csv"
          onChange={(event) => take(event.currentTarget.files)}
        />
      </label>
      <ul class="short">
        {chosen.map(({ file, kind }, index) => (
          <li key={file.name}>
            {file.name}{" "}
            <select
              aria-label={texts.change.kindOf(file.name)}
              value={kind}
              onChange={(event) => {
                const changed = event.currentTarget.value as Kind;
                setReports([]);
                setChosen(chosen.map((one, at) => (at === index ? { ...one, kind: changed } : one)));
              }}
            >
              <option value="twins">{texts.change.twinsFile}</option>
              <option value="relationships">{texts.change.relationshipsFile}</option>
            </select>
          </li>
        ))}
      </ul>
      {chosen.length > 0 && (
        <div class="actions">
          <button
            type="button"
            class={isTried ? "" : "primary"}
            disabled={busy !== ""}
            onClick={() => run(true)}
          >
            {texts.change.tryFirst}
          </button>
          <button
            type="button"
            class={isTried ? "primary" : ""}
            disabled={busy !== "" || !isTried}
            onClick={() => run(false)}
          >
            {texts.change.importGo}
          </button>
        </div>
      )}
      {busy && <p role="status">{busy}</p>}
      {failure !== null && <Failed error={failure} />}
      {reports.map((report) => (
        <Shown key={report.file} report={report} />
      ))}
    </section>
  );
}

function put(reports: Report[], report: Report): Report[] {
  return [...reports.filter(({ file }) => file !== report.file), report];
}

async function runOne(
  { file, kind }: Chosen,
  isTrial: boolean,
  hear: (report: Report) => void,
): Promise<Report> {
  const isUndone = kind === "twins" && !isTrial;
  const before = isUndone ? await idsIn(file).then((ids) => ids && asTheyWere(ids)) : null;
  const report: Report = {
    file: file.name,
    isTrial,
    sums: {},
    rejected: [],
    rejectedInAll: 0,
    isWhole: false,
    isRunning: true,
  };
  const changed: string[] = [];
  const type = isTable(file) ? "text/csv" : "application/x-ndjson";
  for await (const line of putInBulk(kind, { body: file, type }, { dryRun: isTrial })) {
    if (line.summary) {
      report.sums = line.summary as Record<string, number>;
      report.isWhole = true;
    } else if (line.outcome === "rejected") {
      report.rejectedInAll += 1;
      if (report.rejected.length < SHOWN_MAX) report.rejected.push(line);
      hear({ ...report });
    } else if (line.id && line.outcome !== "unchanged" && changed.length <= UNDONE_MAX) changed.push(line.id);
  }
  report.isRunning = false;
  if (before && changed.length && changed.length <= UNDONE_MAX)
    say(`${file.name}: ${texts.change.sums(report.sums)}`, () => undoImport(changed, before));
  return report;
}

/** The ids of a file that is small enough for its import to be undone. */
async function idsIn(file: File): Promise<string[] | null> {
  if (file.size > 4_000_000 || isTable(file)) return null;
  const lines = (await file.text()).split("\n").filter((line) => line.trim());
  if (lines.length > UNDONE_MAX) return null;
  return lines.flatMap((line) => {
    try {
      return [String((JSON.parse(line) as { id?: unknown }).id)];
    } catch {
      return []; // The server will say what is wrong with it.
    }
  });
}

function isTable(file: File): boolean {
  return file.name.toLowerCase().endsWith(".csv") || file.type === "text/csv";
}

/** Twins or relationships, by how the file begins. */
async function kindOf(file: File): Promise<Kind> {
  const beginning = await file.slice(0, 4_096).text();
  return /"?sourceId"?/i.test(beginning.split("\n")[0] ?? "") ? "relationships" : "twins";
}

function Shown({ report }: { report: Report }) {
  return (
    <section aria-label={report.file}>
      <h2>{report.file}</h2>
      {report.isWhole && (
        <p role="status">
          {report.isTrial ? texts.change.wouldBe : texts.change.were} {texts.change.sums(report.sums)}
        </p>
      )}
      {!report.isWhole && !report.isRunning && (
        <p class="failed" role="alert">
          {texts.change.stopped}
        </p>
      )}
      {report.rejected.length > 0 && (
        <section class="scrolls">
          <table>
            <caption>{texts.change.rejectedLines}</caption>
            <thead>
              <tr>
                <th scope="col">{texts.change.line}</th>
                <th scope="col">{texts.see.id}</th>
                <th scope="col">{texts.change.fault}</th>
              </tr>
            </thead>
            <tbody>
              {report.rejected.map(({ line, id, errors }) => (
                <tr key={line}>
                  <td>{line}</td>
                  <td>
                    <code>{id}</code>
                  </td>
                  <td>
                    <Faults faults={errors ?? {}} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {report.rejectedInAll > report.rejected.length && (
        <p>{texts.change.moreFaults(report.rejectedInAll - report.rejected.length)}</p>
      )}
    </section>
  );
}
