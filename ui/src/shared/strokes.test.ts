import { expect, test } from "vitest";

const sources = import.meta.glob<string>("../**/*.svelte", {
  query: "?raw",
  import: "default",
  eager: true,
});

test("no stroke has a length for its width, which a larger window would show twice as large as it is", () => {
  const wide = Object.entries(sources).filter(([, text]) =>
    /strokeWidth=|\sstroke-width=|stroke-width:\s*[\d.]+[a-z]/.test(text),
  );
  expect(wide.map(([file]) => file)).toEqual([]);
});
