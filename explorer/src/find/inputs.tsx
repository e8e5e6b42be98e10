// What the forms of filters have in common.
import { texts } from "../texts/en";

export function Apply({ disabled = false }: { disabled?: boolean }) {
  return (
    <div class="actions">
      <button type="submit" class="primary" disabled={disabled}>
        {texts.find.apply}
      </button>
    </div>
  );
}

/** What an input of the browser takes for an instant: this machine's local time. */
export function toLocal(instant: string): string {
  const time = new Date(instant);
  if (!instant || Number.isNaN(time.getTime())) return "";
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

export function toInstant(local: string): string {
  return local ? new Date(local).toISOString() : "";
}

export function toggled(list: readonly string[], one: string): string[] {
  return list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
}
