// Bundles the page into build/explorer, from where the server and the wheel take it. `--watch` builds again at each change.
import { readFile, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { build as bundle, context } from "esbuild";

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

const TARGET = ["chrome111", "firefox113", "safari16.4"];

// What runs in a worker is a bundle of its own, named by its hash like all the rest.
const workers = {
  name: "workers",
  setup(build) {
    build.onResolve({ filter: /\?worker$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path.replace("?worker", ".js")),
      namespace: "worker",
    }));
    build.onLoad({ filter: /.*/, namespace: "worker" }, async ({ path }) => {
      const { outputFiles, metafile } = await bundle({
        entryPoints: [path.replace(/js$/, "ts")],
        bundle: true,
        write: false,
        format: "esm",
        target: TARGET,
        minify: !isWatching,
        metafile: true,
      });
      const watchFiles = Object.keys(metafile.inputs).map((input) => resolve(input));
      return { contents: outputFiles[0].contents, loader: "file", watchFiles };
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
  target: TARGET,
  jsx: "automatic",
  jsxImportSource: "preact",
  minify: !isWatching,
  sourcemap: isWatching,
  legalComments: "eof",
  metafile: true,
  logLevel: isWatching ? "info" : "warning",
  plugins: [page, workers],
});
if (isWatching) await building.watch();
else {
  await building.rebuild();
  await building.dispose();
}
