// A view as a call that any program can make.
import { useState } from "preact/hooks";
import { base } from "../server/session";
import type { Filters, Json } from "../server/types";
import { texts } from "../texts/en";
import { escaped } from "../texts/isolation";
import { CopyButton } from "../ui/copy";
import { Dialog } from "../ui/dialog";

const LANGUAGES = ["curl", "Python"] as const;
type Language = (typeof LANGUAGES)[number];

export function ApiCall({ request, close }: { request: Filters; close: () => void }) {
  const [language, setLanguage] = useState<Language>("curl");
  const code = escaped(language === "curl" ? asCurl(request, base) : asPython(request, base));
  return (
    <Dialog title={texts.find.asCall} close={close} isWide>
      <p>{texts.find.callLead}</p>
      <div class="actions">
        {LANGUAGES.map((one) => (
          <button key={one} type="button" aria-pressed={one === language} onClick={() => setLanguage(one)}>
            {one}
          </button>
        ))}
        <CopyButton text={code} />
      </div>
      <pre tabIndex={0}>
        <code>{code}</code>
      </pre>
    </Dialog>
  );
}

export function asCurl(request: Filters, api: URL): string {
  const body = JSON.stringify(request, null, 2).replaceAll("'", "'\\''");
  return [
    `curl -s ${new URL("twins", api)} \\`,
    `  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\`,
    `  -d '${body}'`,
  ].join("\n");
}

/** With httpx alone, so that it runs where no client of ours is installed. */
export function asPython(request: Filters, api: URL): string {
  return [
    "import os",
    "",
    "import httpx",
    "",
    `request = ${toPython(request as Json)}`,
    'headers = {"Authorization": f"Bearer {os.environ[\'TOKEN\']}"}',
    `with httpx.Client(base_url=${JSON.stringify(api.href)}, headers=headers) as api:`,
    "    while True:",
    '        page = api.post("twins", json=request).raise_for_status().json()',
    '        for twin in page["content"]:',
    '            print(twin["id"])',
    '        if page["continuationToken"] is None:',
    "            break",
    '        request = {"continuationToken": page["continuationToken"]}',
  ].join("\n");
}

/** JSON as Python writes it. */
function toPython(value: Json, indent = ""): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent}    `;
  const lines = Array.isArray(value)
    ? value.map((one) => inner + toPython(one, inner))
    : Object.entries(value).map(([key, one]) => `${inner}${JSON.stringify(key)}: ${toPython(one, inner)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return lines.length ? `${open}\n${lines.join(",\n")},\n${indent}${close}` : `${open}${close}`;
}
