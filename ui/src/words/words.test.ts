import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "svelte/compiler";
import { expect, test, vi } from "vitest";
import { en } from "./en";
import { ro } from "./ro";
import { romanian } from "./ro/count";

/** Every text of a catalogue by its way there: `pages.zoom`. */
function keys(words: object, way = ""): string[] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? keys(value, `${way}${key}.`)
      : [`${way}${key}: ${typeof value}`],
  );
}

test("every text is there in both languages", () => {
  expect(keys(ro)).toEqual(keys(en));
});

// What both languages write alike; whatever else is the same was forgotten.
const SHARED = /^(Masthead|PDF|Segment|Note$|country in|SPF$|DKIM$|DMARC$|MX$|Text$)/;

test("no text was left in English", () => {
  const texts = (words: object): string[] =>
    Object.values(words).flatMap((value: unknown) =>
      typeof value === "string" ? [value] : typeof value === "object" && value !== null ? texts(value) : [],
    );
  const romanianTexts = new Set(texts(ro));
  const same = texts(en).filter((text) => romanianTexts.has(text) && !SHARED.test(text));
  expect(same).toEqual([]);
});

test.each([
  [1, "1 persoană"],
  [2, "2 persoane"],
  [19, "19 persoane"],
  [20, "20 de persoane"],
  [101, "101 persoane"],
  [120, "120 de persoane"],
  [0, "0 persoane"],
])("Romanian counts %d as %s", (n, said) => expect(romanian(n, "persoană", "persoane")).toBe(said));

test("a failure is told in Romanian with the names it came with", () => {
  expect(ro.failure("no-article", "there is no article `parcări` in `2026-q4`")).toEqual({
    message: "articolul nu există: `parcări`, `2026-q4`",
    hint: "caută în dosarul `articles` al numărului",
  });
  expect(ro.failure("pause-sign-in", "the mail server refused the sign-in: 535 5.7.8: no")?.message).toBe(
    "serverul a refuzat conectarea: 535 5.7.8: no",
  );
  expect(ro.failure("send-locked", "another sender is at work")?.message).not.toContain("$");
  expect(ro.failure("never-heard-of", "x")).toBeNull();
});

test("a language begins large where it stands alone, and small within a Romanian sentence", async () => {
  localStorage.setItem("masthead.window", JSON.stringify({ language: "ro" }));
  vi.resetModules();
  const { languageName, languageWithin } = await import("./index");
  expect([languageName("en"), languageWithin("en"), languageName("xx-none!")]).toEqual([
    "Engleză",
    "engleză",
    "xx-none!",
  ]);
  localStorage.clear();
});

const SOURCES = join(import.meta.dirname, "..");
const components = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".svelte"),
);
/** What of an element a person reads or hears. */
const READ = new Set([
  "aria-label",
  "title",
  "placeholder",
  "alt",
  "label",
  "hint",
  "message",
  "aria-description",
]);

/** Words that a component says by itself instead of taking them from the catalogue. */
function ownWords(source: string): string[] {
  const found: string[] = [];
  const says = (text: string): void => {
    if (/\p{L}{2}/u.test(text)) found.push(text.trim());
  };
  const walk = (node: unknown, inAttribute: boolean): void => {
    if (Array.isArray(node)) return node.forEach((one) => walk(one, inAttribute));
    if (typeof node !== "object" || node === null) return;
    const { type, name, data, value } = node as Record<string, unknown>;
    if (type === "Text" && !inAttribute) says(String(data));
    if (type === "StyleDirective") return;
    if (type === "Attribute") {
      if (READ.has(String(name)) && Array.isArray(value))
        value.forEach((part: { type: string; data: string }) => part.type === "Text" && says(part.data));
      return;
    }
    Object.values(node).forEach((child) => walk(child, inAttribute));
  };
  walk(parse(source, { modern: true }).fragment, false);
  return found;
}

test("a component that says words of its own is found", () => {
  expect(ownWords(`<p>Hello {name}</p><b title="More">×</b><i class="row">{x}</i>`)).toEqual([
    "Hello",
    "More",
  ]);
});

test("components take every word from the catalogue", () => {
  const found = components.flatMap((file) =>
    ownWords(readFileSync(join(SOURCES, file), "utf8")).map((text) => `${file}: ${text}`),
  );
  expect(components.length).toBeGreaterThan(50);
  expect(found).toEqual([]);
});
