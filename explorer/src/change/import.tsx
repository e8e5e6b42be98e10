// Import files that are dropped here: tried first, then imported, with a report for each line that is not taken.
import { useState } from "preact/hooks";
import { findTwins, putInBulk } from "../server/api";
import { may } from "../server/session";
import type { BulkLine } from "../server/types";
import { noteChange } from "../server/world";
import { texts } from "../texts/en";
import { isolated } from "../texts/isolation";
import { Empty, Failed, Faults } from "../ui/states";
import { useUnsaved } from "../view/unsaved";
import { RELATIONSHIPS_TAKEN_OUT_MAX, TWINS_KEPT_MAX } from "./keeping";
import { type Imported, importedRelationships, importedTwins } from "./writes";

type Kind = "twins" | "relationships";

interface Chosen {
  file: File;
  kind: Kind;
}

interface Report {
  file: string;
  kind: Kind;
  isTrial: boolean;
  sums: Record<string, number>;
  rejected: BulkLine[];
  rejectedInAll: number;
  /** What can be taken back: not more than that, and a little to tell that it is more. */
  made: Imported;
  /** Whether the server came to the end of the file; if it did not, it could not go on. */
  isWhole: boolean;
  isRunning: boolean;
}

const SHOWN_MAX = 200; // Lines that are not taken, of one file.
const UNDONE_MAX: Record<Kind, number> = {
  twins: TWINS_KEPT_MAX,
  relationships: RELATIONSHIPS_TAKEN_OUT_MAX,
};

export function ImportPage() {
  const [chosen, setChosen] = useState<Chosen[]>([]);
  const [reports, setReports] = useState<Report[]>([]);
  const [busy, setBusy] = useState("");
  const [failure, setFailure] = useState<unknown>(null);
  const [isOver, setOver] = useState(false);
  useUnsaved(busy !== "", texts.change.leaveImport);
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
        const trial = isTrial ? null : (reports.find(({ file }) => file === one.file.name) ?? null);
        const report = await runOne(one, trial, (part) => setReports((before) => put(before, part)));
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

/** Try what a file holds, or, after its trial, import it. */
async function runOne(
  { file, kind }: Chosen,
  trial: Report | null,
  hear: (report: Report) => void,
): Promise<Report> {
  const before = trial && canBeUndone(trial) ? await findTwins(trial.made.replaced) : null;
  const report: Report = {
    file: file.name,
    kind,
    isTrial: trial === null,
    sums: {},
    rejected: [],
    rejectedInAll: 0,
    made: { created: new Set(), replaced: new Set() },
    isWhole: false,
    isRunning: true,
  };
  const type = isTable(file) ? "text/csv" : "application/x-ndjson";
  for await (const line of putInBulk(kind, { body: file, type }, { dryRun: trial === null })) {
    if (line.summary) {
      report.sums = line.summary as Record<string, number>;
      report.isWhole = true;
    } else if (line.outcome === "rejected") {
      report.rejectedInAll += 1;
      if (report.rejected.length < SHOWN_MAX) report.rejected.push(line);
      hear({ ...report });
    } else if (countOf(report.made) <= UNDONE_MAX[kind]) note(line, report.made);
  }
  report.isRunning = false;
  if (before && canBeUndone(report) && countOf(report.made)) {
    const text = `${isolated(file.name)}: ${texts.change.sums(report.sums)}`;
    if (kind === "twins") importedTwins(text, report.made, before);
    else importedRelationships(text, report.made);
  }
  return report;
}

function note({ id, outcome }: BulkLine, { created, replaced }: Imported): void {
  if (id && outcome === "created") created.add(id);
  // A twin that stands in a file twice is created by it all the same.
  else if (id && outcome === "replaced" && !created.has(id)) replaced.add(id);
}

function countOf({ created, replaced }: Imported): number {
  return created.size + replaced.size;
}

function canBeUndone({ kind, isTrial, made, rejectedInAll }: Report): boolean {
  // What is tried without its twins is not taken, and may be once they are there.
  const late = isTrial && kind === "relationships" ? rejectedInAll : 0;
  return countOf(made) + late <= UNDONE_MAX[kind];
}

/** What is to be known of the way back before anything is imported. */
function wayBack(report: Report): string {
  const { canBeUndone: can, tooManyToImport } = texts.change;
  return canBeUndone(report) ? can : tooManyToImport[report.kind](UNDONE_MAX[report.kind]);
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
      {report.isTrial && report.isWhole && <p class="hint">{wayBack(report)}</p>}
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
