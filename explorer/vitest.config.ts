import { defineConfig } from "vitest/config";

// Nothing here needs a browser: what does is tested in one (tests/explorer).
export default defineConfig({
  oxc: { jsx: { importSource: "preact" } },
  test: { include: ["tests/**/*.test.ts"], setupFiles: ["tests/address.ts"] },
});
