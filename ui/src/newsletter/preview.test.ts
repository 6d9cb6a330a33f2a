import { expect, test } from "vitest";
import type { EditionPreview } from "../platform/bindings/EditionPreview";
import { facesFor } from "./faces";
import { documentOf, scaleIn } from "./preview";

const preview = (html: string): EditionPreview => ({
  subject: "",
  preheader: "",
  from: "",
  to: "",
  html,
  text: "",
  pictures: [{ cid: "head-1@2026-q4.masthead", hash: "1f", width: 600 }],
  findings: [],
  bytes: 0,
  milliseconds: 0,
});
const look = {
  dark: false,
  desk: "#dfe5e9",
  bar: "#b9c4cd",
  faces: "",
  pictures: true,
  url: (hash: string, width: number) => `page://localhost/mail/${hash}/${width}.jpg`,
};
const show = (html: string, change: Partial<typeof look> = {}): string =>
  documentOf(preview(html), { ...look, ...change });

test("pictures come from the desk, or from nowhere when they are off", () => {
  const html = '<html><head></head><body><img src="cid:head-1@2026-q4.masthead"></body></html>';
  expect(show(html)).toContain('src="page://localhost/mail/1f/600.jpg"');
  expect(show(html, { pictures: false })).toContain('src="data:,"');
});

test("the mail is dark when somebody looks at it in the dark, whatever this computer likes", () => {
  const html =
    "<html><head><style>@media (prefers-color-scheme: dark) { p { color: white } }</style></head></html>";
  expect(show(html, { dark: true })).toContain("@media (min-width: 0) { p");
  expect(show(html)).toContain("@media (max-width: 0) { p");
});

test("the policy stands before everything that a mail holds", () => {
  const html = '<!doctype html><html><head lang="en"><script>alert(1)</script></head><body></body></html>';
  for (const shown of [show(html), show("<script>alert(1)</script>")]) {
    const policy = shown.indexOf("Content-Security-Policy");
    expect(policy).toBeGreaterThan(0);
    expect(policy).toBeLessThan(shown.indexOf("<script>"));
    expect(shown).toContain("default-src 'none'");
    expect(shown).not.toContain("script-src");
  }
});

test("a mail is laid out as wide as its margins want, however narrow the room", () => {
  expect([0, 330, 660, 900].map(scaleIn)).toEqual([1, 0.5, 1, 1]);
});

test("letters stand in from data alone, the true faces first, and more of them only for a mail that has them", async () => {
  const [western, romanian] = [await facesFor("<p>caf\u00e9</p>"), await facesFor("<p>ora\u0219</p>")];
  expect(western).toContain(
    'font-family: Georgia; font-weight: 400; src: local("Georgia"), url(data:font/woff2;base64,',
  );
  expect([western, romanian].map((css) => css.match(/@font-face/g)?.length)).toEqual([5, 10]);
  for (const [, url] of romanian.matchAll(/url\((.{12})/g)) expect(url).toBe("data:font/wo");
  expect(romanian).not.toMatch(/[<>]/);
});

test("the frame's policy lets letters come from data and from nowhere else", () => {
  expect(show("<p>", { faces: "@font-face { font-family: Georgia }" })).toContain("font-src data:;");
});
