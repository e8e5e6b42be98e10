// The style sheet's colours, for what is drawn without it.

export interface Paint {
  ground: string;
  text: string;
  quiet: string;
  accent: string;
  line: string;
  control: string;
}

/** As they are now; a theme changes them. */
export function readPaint(): Paint {
  const styles = getComputedStyle(document.documentElement);
  const read = (name: string) => styles.getPropertyValue(`--${name}`).trim();
  return {
    ground: read("ground"),
    text: read("text"),
    quiet: read("quiet"),
    accent: read("accent"),
    line: read("line"),
    control: read("control"),
  };
}

/** A colour of six digits, let through by so much: 0 for not at all seen, 1 for all. */
export function sheer(colour: string, opacity: number): string {
  const byte = Math.round(opacity * 255);
  return `${colour}${byte.toString(16).padStart(2, "0")}`;
}
