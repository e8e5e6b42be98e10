// Dark or light: as the system has it, until someone chooses; then as chosen, on this machine.
const KEPT = "twinhaus theme";

type Theme = "dark" | "light";

export function theme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "dark" || chosen === "light") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function turnTheme(): void {
  const turned = theme() === "dark" ? "light" : "dark";
  localStorage.setItem(KEPT, turned);
  wear(turned);
}

function wear(chosen: string | null): void {
  if (chosen) document.documentElement.dataset.theme = chosen;
}

wear(localStorage.getItem(KEPT));
