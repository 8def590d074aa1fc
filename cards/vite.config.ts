import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const LOADER = "chocolate-factory.js";

/**
 * What the loader imports at once burdens every page; and a chunk that imports the loader runs it a
 * second time wherever somebody has put a version behind its address.
 */
const loaderStandsAlone: Plugin = {
  name: "loader-stands-alone",
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== "chunk") continue;
      const shared = file.fileName === LOADER ? file.imports[0] : file.imports.includes(LOADER);
      if (shared) this.error(`${file.name} shares code with the loader: import only its types`);
    }
  },
};

export default defineConfig({
  base: "./",
  plugins: [loaderStandsAlone],
  build: {
    outDir: "../custom_components/chocolate_factory/www",
    emptyOutDir: true,
    target: "es2022",
    // As a library, for its imports stay what they are, without a helper in the loader.
    lib: { entry: "src/index.ts", formats: ["es"], fileName: () => LOADER },
    license: { fileName: "LICENSES.md" },
    rolldownOptions: {
      output: {
        chunkFileNames: "[name]-[hash].js",
        codeSplitting: { groups: [{ name: "lit", test: /node_modules|@oxc-project/ }] },
        hashCharacters: "hex",
        minify: true,
      },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
