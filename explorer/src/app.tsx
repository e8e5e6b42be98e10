// The page as a whole: sign in, then the header and the view that the address names.
import { lazy, Suspense } from "preact/compat";
import { useEffect, useErrorBoundary } from "preact/hooks";
import { Results } from "./find/results";
import { Models } from "./see/models";
import { TwinPage } from "./see/twin";
import { serverSettings } from "./server/api";
import { part } from "./server/refusals";
import { begin, session } from "./server/session";
import { loadModels, ontology, server } from "./server/world";
import { arrive } from "./shell/arrival";
import { Header } from "./shell/header";
import { SignIn } from "./shell/sign-in";
import { texts } from "./texts/en";
import { isolated } from "./texts/isolation";
import { useLoaded } from "./ui/loaded";
import { Notices } from "./ui/notices";
import { Failed, Loading } from "./ui/states";
import { view } from "./view/place";
import type { View } from "./view/view";

// What is not on the first view comes when it is needed.
const Graph = lazy(async () => ({ default: (await part(import("./see/graph/page"))).GraphPage }));
const Edit = lazy(async () => ({ default: (await part(import("./change/edit"))).EditPage }));
const Import = lazy(async () => ({ default: (await part(import("./change/import"))).ImportPage }));

export function App() {
  const settings = useLoaded(async () => {
    server.value = await serverSettings();
    const refused = await arrive();
    if (server.value.auth === "none" && !session.value) begin({ kind: "open" });
    return { refused };
  }, []);
  if (settings.state === "failed") return <Failed error={settings.error} retry={settings.again} />;
  if (!settings.value) return <Loading />;
  if (!session.value) return <SignIn refused={settings.value.refused} />;
  return <Explorer />;
}

function Explorer() {
  const models = useLoaded(loadModels, [session.value]);
  if (models.state === "failed") return <Failed error={models.error} retry={models.again} />;
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        {texts.skip}
      </button>
      <Header />
      <main id="content" tabIndex={-1}>
        {models.state === "loading" && !ontology.value.models.size ? <Loading /> : <Content />}
      </main>
      <Notices />
    </>
  );
}

/** The address names views, so a link to a part of the page would leave the view. */
function skip(): void {
  document.getElementById("content")?.focus();
}

function Content() {
  const now = view.value;
  useEffect(() => {
    document.title = `${isolated(titleOf())} – ${texts.title}`;
  }, [now]);
  // Another page is another part: what failed on one is not what the next shows.
  return (
    <Part key={now.page === "twin" || now.page === "edit" ? `${now.page} ${now.id}` : now.page} now={now} />
  );
}

function Part({ now }: { now: View }) {
  // A mistake of ours, or a part of the page that a newer server no longer has: never a blank screen.
  const [error] = useErrorBoundary();
  if (error) return <Failed error={error} retry={() => location.reload()} />;
  return (
    <Suspense fallback={<Loading />}>
      {now.page === "twins" && <Results view={now} />}
      {now.page === "twin" && <TwinPage id={now.id} />}
      {now.page === "edit" && <Edit id={now.id} modelId="" />}
      {now.page === "new" && <Edit id="" modelId={now.modelId} />}
      {now.page === "graph" && <Graph view={now} />}
      {now.page === "models" && <Models id={now.id} />}
      {now.page === "import" && <Import />}
    </Suspense>
  );
}

function titleOf(): string {
  const now = view.value;
  switch (now.page) {
    case "twin":
      return now.id;
    case "edit":
      return texts.change.edit(now.id);
    case "new":
      return texts.change.newTwin;
    case "models":
      return now.id ? ontology.value.label(now.id) : texts.places.models;
    default:
      return texts.places[now.page];
  }
}
