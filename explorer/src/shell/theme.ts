// Dark or light: as the system has it, until someone chooses; then as chosen, on this machine.
import { computed, signal } from "@preact/signals";

const KEPT = "twinhaus theme";

type Theme = "dark" | "light";

const system = matchMedia("(prefers-color-scheme: dark)");
const isSystemDark = signal(system.matches);
const chosen = signal(localStorage.getItem(KEPT));

/** What is worn now; whatever paints by itself, without the style sheet, follows it. */
export const theme = computed<Theme>(() => {
  if (chosen.value === "dark" || chosen.value === "light") return chosen.value;
  return isSystemDark.value ? "dark" : "light";
});

export function turnTheme(): void {
  const turned = theme.value === "dark" ? "light" : "dark";
  localStorage.setItem(KEPT, turned);
  wear(turned);
}

function wear(turned: string | null): void {
  if (turned) document.documentElement.dataset.theme = turned;
  chosen.value = turned;
}

system.addEventListener("change", () => {
  isSystemDark.value = system.matches;
});
wear(chosen.value);
