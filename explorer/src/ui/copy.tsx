import { useState } from "preact/hooks";
import { texts } from "../texts/en";

/** Copies a text, and says so. */
export function CopyButton({ text, label = texts.copy }: { text: string; label?: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <button type="button" onClick={copy}>
      {isCopied ? texts.copied : label}
    </button>
  );
}
