import { SearchBox } from "../find/search";
import { may, session, signOut } from "../server/session";
import { texts } from "../texts/en";
import { view } from "../view/place";
import { mayLeave } from "../view/unsaved";
import { GRAPH, START, toHash, type View } from "../view/view";
import { turnTheme } from "./theme";

const PLACES: { page: "twins" | "graph" | "models" | "import"; view: View }[] = [
  { page: "twins", view: START },
  { page: "graph", view: GRAPH },
  { page: "models", view: { page: "models", id: "" } },
  { page: "import", view: { page: "import" } },
];

export function Header() {
  return (
    <header class="top">
      <a class="brand" href={toHash(START)}>
        {texts.title}
      </a>
      <SearchBox />
      <nav aria-label={texts.title}>
        {PLACES.filter(({ page }) => page !== "import" || may("twins:write")).map((place) => (
          <a
            key={place.page}
            href={toHash(place.view)}
            aria-current={view.value.page === place.page ? "page" : undefined}
          >
            {texts.places[place.page]}
          </a>
        ))}
        <a href="docs">{texts.places.docs}</a>
      </nav>
      <button type="button" class="icon" aria-label={texts.theme} title={texts.theme} onClick={turnTheme}>
        ◐
      </button>
      {session.value?.kind !== "open" && (
        <button type="button" class="plain" onClick={() => mayLeave() && signOut()}>
          {texts.signOut}
        </button>
      )}
    </header>
  );
}
