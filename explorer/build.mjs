// Bundles the page into build/explorer, from where the server and the wheel take it. `--watch` builds again at each change.
import { readFile, rm, writeFile } from "node:fs/promises";
import { context } from "esbuild";

const SITE = "../build/explorer";
const isWatching = process.argv.includes("--watch");

// The page names its parts with their hashes, so that a browser may keep them for ever.
const page = {
  name: "page",
  setup(build) {
    build.onEnd(async ({ metafile, errors }) => {
      if (errors.length) return;
      const entry = Object.entries(metafile.outputs).find(
        ([, output]) => output.entryPoint === "src/main.tsx",
      );
      const [script, { cssBundle }] = entry;
      const named = (path) => `explorer/assets/${path.split("/").pop()}`;
      const html = (await readFile("src/index.html", "utf8"))
        .replace("%SCRIPT%", named(script))
        .replace("%STYLE%", named(cssBundle));
      await writeFile(`${SITE}/index.html`, html);
    });
  },
};

await rm(SITE, { recursive: true, force: true });
const building = await context({
  entryPoints: ["src/main.tsx"],
  outdir: `${SITE}/assets`,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["chrome111", "firefox113", "safari16.4"],
  jsx: "automatic",
  jsxImportSource: "preact",
  minify: !isWatching,
  sourcemap: isWatching,
  legalComments: "eof",
  metafile: true,
  logLevel: isWatching ? "info" : "warning",
  plugins: [page],
});
if (isWatching) await building.watch();
else {
  await building.rebuild();
  await building.dispose();
}
