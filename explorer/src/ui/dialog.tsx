// A modal dialog, on the browser's own element: it keeps the focus inside, and Escape closes it.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { texts } from "../texts/en";

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
  return (
    <dialog
      ref={element}
      class={props.isWide ? "wide" : ""}
      aria-labelledby={title}
      onClose={props.close}
      onClick={(event) => event.target === element.current && element.current?.close()}
      onKeyDown={(event) => event.key === "Escape" && event.stopPropagation()}
    >
      <div class="dialog">
        <header>
          <h2 id={title}>{props.title}</h2>
          <button
            type="button"
            class="icon"
            aria-label={texts.close}
            onClick={() => element.current?.close()}
          >
            ✕
          </button>
        </header>
        {props.children}
      </div>
    </dialog>
  );
}
