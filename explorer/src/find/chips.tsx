// The filters of a query, a chip each, and the dialogs that make and change them.
import { useState } from "preact/hooks";
import { asText } from "../models/names";
import { ontology } from "../server/world";
import { texts } from "../texts/en";
import { isolated } from "../texts/isolation";
import { EVERYTHING, type Query } from "../view/query";
import { FilterDialog, type FilterKind } from "./filters";

const KINDS: FilterKind[] = ["model", "location", "relationship", "date", "property"];

interface Chip {
  key: string;
  label: string;
  kind: FilterKind | null;
  /** Which of the conditions it is. */
  index?: number;
  without: Query;
}

export function Chips({ query, change }: { query: Query; change: (query: Query) => void }) {
  const [asked, setAsked] = useState<{ kind: FilterKind; index?: number } | null>(null);
  const chips = chipsOf(query);
  return (
    <section class="chips" aria-label={texts.find.filters}>
      <ul>
        {chips.map((chip) => (
          <li key={chip.key} class="chip">
            {chip.kind ? (
              <button
                type="button"
                aria-label={texts.find.edit(chip.label)}
                onClick={() =>
                  chip.kind &&
                  setAsked({ kind: chip.kind, ...(chip.index === undefined ? {} : { index: chip.index }) })
                }
              >
                {chip.label}
              </button>
            ) : (
              <span>{chip.label}</span>
            )}
            <button
              type="button"
              aria-label={texts.find.remove(chip.label)}
              onClick={() => change(chip.without)}
            >
              ✕
            </button>
          </li>
        ))}
      </ul>
      {query.conditions.length > 1 && (
        <select
          aria-label={texts.find.anyHint}
          value={query.any ? "any" : "all"}
          onChange={(event) => change({ ...query, any: event.currentTarget.value === "any" })}
        >
          <option value="all">{texts.find.all}</option>
          <option value="any">{texts.find.any}</option>
        </select>
      )}
      <select
        class="add"
        aria-label={texts.find.addFilter}
        value=""
        onChange={(event) => {
          setAsked({ kind: event.currentTarget.value as FilterKind });
          event.currentTarget.value = "";
        }}
      >
        <option value="">+ {texts.find.addFilter}</option>
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {texts.find.kinds[kind]}
          </option>
        ))}
      </select>
      {chips.length > 1 && (
        <button type="button" class="plain" onClick={() => change(EVERYTHING)}>
          {texts.find.clear}
        </button>
      )}
      {asked && (
        <FilterDialog
          {...asked}
          query={query}
          apply={(changed) => {
            setAsked(null);
            change(changed);
          }}
          close={() => setAsked(null)}
        />
      )}
    </section>
  );
}

function chipsOf(query: Query): Chip[] {
  const chips: Chip[] = [];
  const { find } = texts;
  const named = (ids: string[]) => ids.map((id) => isolated(ontology.value.label(id))).join(", ");
  if (query.text)
    chips.push({ key: "text", label: find.text(query.text), kind: null, without: { ...query, text: "" } });
  if (query.models.length) {
    const label = query.exact ? find.exactChip(named(query.models)) : named(query.models);
    chips.push({ key: "model", label, kind: "model", without: { ...query, models: [], exact: false } });
  }
  if (query.location)
    chips.push({
      key: "location",
      label: find.in(query.location),
      kind: "location",
      without: { ...query, location: "" },
    });
  if (query.relationship) {
    const { names, direction, models } = query.relationship;
    const label = `${names.join(", ") || find.kinds.relationship} ${find.directions[direction]} ${named(models)}`;
    chips.push({
      key: "relationship",
      label: label.trim(),
      kind: "relationship",
      without: { ...query, relationship: null },
    });
  }
  if (query.after || query.before) {
    const parts = [query.after && find.after(query.after), query.before && find.before(query.before)];
    const without = { ...query, after: "", before: "" };
    chips.push({ key: "date", label: parts.filter(Boolean).join(", "), kind: "date", without });
  }
  query.conditions.forEach(({ field, operator, value }, index) => {
    const label =
      `${isolated(field)} ${find.operators[operator] ?? operator} ${isolated(asText(value))}`.trim();
    const conditions = query.conditions.filter((_, other) => other !== index);
    chips.push({
      key: `${index} ${label}`,
      label,
      kind: "property",
      index,
      without: { ...query, conditions },
    });
  });
  return chips;
}
