// Names, ids and values may have signs in them that turn the text after them around (UAX 9). What is shown turns itself alone.
import { Fragment, options, type VNode } from "preact";

const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const [FIRST_STRONG, END] = ["\u2068", "\u2069"];

/** A text for among others. An end of what it did not begin would end its isolation, too: such an end is left out. */
export function isolated(text: string): string {
  if (text.search(TURNING) < 0) return text;
  let open = 0;
  let kept = "";
  for (const sign of text) {
    if (sign === END && open === 0) continue;
    if (sign >= "\u2066" && sign <= END) open += sign === END ? -1 : 1;
    kept += sign;
  }
  return FIRST_STRONG + kept + END.repeat(open + 1);
}

/** The same JSON, with such signs as escapes: it can be seen what is in it. */
export function escaped(json: string): string {
  return json.replace(TURNING, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The same texts; what is put into one of them is isolated in it. */
export function isolating<T>(texts: T): T {
  if (typeof texts === "function") return ((...given: unknown[]) => texts(...given.map(every))) as T;
  if (typeof texts !== "object" || texts === null) return texts;
  return Object.fromEntries(Object.entries(texts).map(([name, one]) => [name, isolating(one)])) as T;
}

/** From now on, every text of the page is isolated from what stands beside it. */
export function isolateTexts(): void {
  const before = options.vnode;
  options.vnode = (vnode: VNode) => {
    if (typeof vnode.type === "string" || vnode.type === Fragment)
      vnode.props.children = every(vnode.props.children) as typeof vnode.props.children;
    before?.(vnode);
  };
}

function every(given: unknown): unknown {
  if (typeof given === "string") return isolated(given);
  return Array.isArray(given) ? given.map(every) : given;
}
