import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import type { LogLevel, LogOrStringHandler, RolldownLog } from "rolldown";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Arrows point one way: a circle among our own modules ends the build. Libraries keep theirs.
function refuseCircles(level: LogLevel, log: RolldownLog, report: LogOrStringHandler) {
  if (log.code === "CIRCULAR_DEPENDENCY") {
    if (!log.message.includes("node_modules")) throw new Error(log.message);
    return;
  }
  report(level, log);
}

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  // The stand-in says why.
  resolve: {
    alias: { "@codemirror/lang-html": fileURLToPath(new URL("src/dialect/noHtml.ts", import.meta.url)) },
  },
  build: {
    target: "es2022",
    // The window's own fonts stay files: inlined, every start would read those it does not need.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      checks: { circularDependency: true },
      onLog: refuseCircles,
      // What every start needs comes in one piece: each file is a question to the program, and its answer a turn.
      output: { codeSplitting: { groups: [{ name: "window", tags: ["$initial"] }] } },
    },
  },
  // A whole window is drawn in some of them, on machines that have other things to do.
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    setupFiles: ["src/tests.setup.ts"],
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
