import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import type { LogLevel, LogOrStringHandler, RolldownLog } from "rolldown";
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
  build: {
    target: "es2022",
    // The content security policy allows no `data:` fonts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: { checks: { circularDependency: true }, onLog: refuseCircles },
  },
  // A whole window is drawn in some of them, on machines that have other things to do.
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    setupFiles: ["src/tests.setup.ts"],
    testTimeout: 30_000,
  },
});
