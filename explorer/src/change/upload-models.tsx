// Upload models: all of the files chosen, or none, with the server's messages where something is wrong.
import { useState } from "preact/hooks";
import { Refused } from "../server/refusals";
import type { Json, JsonObject } from "../server/types";
import { texts } from "../texts/en";
import { Dialog } from "../ui/dialog";
import { Failed, Faults } from "../ui/states";
import { upload } from "./writes";

interface Read {
  file: string;
  definitions: JsonObject[];
  error: string;
}

export function UploadModels({ close }: { close: () => void }) {
  const [read, setRead] = useState<Read[]>([]);
  const [failure, setFailure] = useState<unknown>(null);
  const choose = async (files: FileList | null) => {
    setFailure(null);
    setRead(await Promise.all([...(files ?? [])].map(readFile)));
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      await upload(read.flatMap(({ definitions }) => definitions));
      close();
    } catch (error) {
      setFailure(error);
    }
  };
  const isReadable = read.length > 0 && read.every(({ error }) => !error);
  return (
    <Dialog title={texts.change.uploadTitle} close={close}>
      <form onSubmit={submit}>
        <p>{texts.change.uploadLead}</p>
        <input
          type="file"
          multiple
          required
          accept=".json,application/json"
          aria-label={texts.change.uploadTitle}
          onChange={(event) => choose(event.currentTarget.files)}
        />
        <ul class="short">
          {read.map(({ file, definitions, error }) => (
            <li key={file}>
              {file} <span class="note">{error || definitions.length}</span>
            </li>
          ))}
        </ul>
        {failure instanceof Refused ? (
          <div class="failed" role="alert">
            <p>{failure.message}</p>
            <Faults faults={placed(failure.faults, read)} />
          </div>
        ) : (
          failure !== null && <Failed error={failure} />
        )}
        <div class="actions">
          <button type="submit" class="primary" disabled={!isReadable}>
            {texts.change.uploadGo}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

async function readFile(file: File): Promise<Read> {
  try {
    const content = JSON.parse(await file.text()) as Json;
    return {
      file: file.name,
      definitions: (Array.isArray(content) ? content : [content]) as JsonObject[],
      error: "",
    };
  } catch (error) {
    return {
      file: file.name,
      definitions: [],
      error: error instanceof Error ? error.message : String(error),
    };
  }
}

/** Faults at the files they are in: `[12].contents[0].name` of all is the same of the third interface of a file. */
export function placed(faults: Record<string, string[]>, read: readonly Read[]): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(faults).map(([path, messages]) => {
      const [, number, rest = ""] = path.match(/^\[(\d+)\](.*)$/) ?? [];
      let index = Number(number);
      for (const { file, definitions } of read) {
        const id = definitions[index]?.["@id"];
        if (number !== undefined && index < definitions.length)
          return [`${file} ${String(id ?? `[${index}]`)}${rest}`, messages];
        index -= definitions.length;
      }
      return [path, messages];
    }),
  );
}
