// A modal dialog, on the browser's own element: it keeps the focus inside, and Escape closes it, unless that would lose
// something.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { texts } from "../texts/en";
import { mayLeave } from "../view/unsaved";

export function Dialog(props: {
  title: string;
  close: () => void;
  children: ComponentChildren;
  isWide?: boolean;
}) {
  const element = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    element.current?.showModal();
  }, []);
  const leave = () => mayLeave() && element.current?.close();
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    if (!mayLeave()) event.preventDefault();
  };
  return (
    <dialog
      ref={element}
      class={props.isWide ? "wide" : ""}
      aria-labelledby={title}
      onClose={props.close}
      onClick={(event) => event.target === element.current && leave()}
      onKeyDown={press}
    >
      <div class="dialog">
        <header>
          <h2 id={title}>{props.title}</h2>
          <button type="button" class="icon" aria-label={texts.close} onClick={leave}>
            ✕
          </button>
        </header>
        {props.children}
      </div>
    </dialog>
  );
}
