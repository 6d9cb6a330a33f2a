// A search over the texts in memory: plain words, capitals or not, and simple expressions; one file an article, and the issue's settings.
import type { FoundFile } from "../bindings/FoundFile";
import type { HitView } from "../bindings/HitView";
import type { SearchFor } from "../bindings/SearchFor";
import { DeskFailure, type Params, type Result } from "../seam";

type Methods = "searchIssue" | "replaceInIssue" | "takeBackReplacement";
type Answers = { [M in Methods]: (params: Params<M>) => Result<M> };

const SETTINGS = "issues/2026-q4/issue.toml";
const fileOf = (slug: string): string => `issues/2026-q4/articles/${slug}.md`;
const bytes = (text: string): number => new TextEncoder().encode(text).length;

function failure(code: string, message: string): DeskFailure {
  return new DeskFailure({ code, message, hint: null, place: null });
}

/** Where the words stand, in units of the text. */
function places(text: string, { words, matchCase, expression }: SearchFor): number[] {
  const fold = (from: string): string => (matchCase ? from : from.toLowerCase());
  const found: number[] = [];
  if (words === "") return found;
  if (expression) return Array.from(text.matchAll(new RegExp(words, "gu")), ({ index }) => index);
  for (let at = fold(text).indexOf(fold(words)); at >= 0; at = fold(text).indexOf(fold(words), at + 1)) {
    found.push(at);
  }
  return found;
}

function lengthAt(text: string, at: number, { words, expression }: SearchFor): number {
  return expression ? new RegExp(words, "u").exec(text.slice(at))![0].length : words.length;
}

interface Text {
  readonly file: string;
  readonly slug: string | null;
  readonly saved: string;
}

export class FakeSearch {
  settings = 'title = "Ten years of listening"\n';
  readonly #texts: ReadonlyMap<string, string>;
  readonly #write: (slug: string, text: string) => void;
  #number = 0;
  #before = new Map<string, { before: string; after: string }>();

  constructor(texts: ReadonlyMap<string, string>, write: (slug: string, text: string) => void) {
    this.#texts = texts;
    this.#write = write;
  }

  readonly answers: Answers = {
    searchIssue: ({ sought, replacement, unsaved }) => {
      if (sought.expression && sought.words.includes("(")) {
        throw failure("bad-expression", "the expression cannot be read: unclosed group");
      }
      const files = this.#all.flatMap(({ file, slug, saved }): FoundFile[] => {
        const text = unsaved.find((one) => one.file === file)?.text ?? saved;
        const field = file === SETTINGS ? "title" : null;
        const hits = places(text, sought).map((at) => {
          const found = { ...hit(text, at, lengthAt(text, at, sought), replacement), field };
          // A value stands there without the signs around it.
          return field === null
            ? found
            : { ...found, before: unquoted(found.before), after: unquoted(found.after) };
        });
        return hits.length === 0 ? [] : [{ file, slug, edition: null, revision: revisionOf(text), hits }];
      });
      return { files, hits: files.reduce((sum, { hits }) => sum + hits.length, 0), milliseconds: 1 };
    },
    replaceInIssue: ({ sought, replacement, files }) => {
      this.#before.clear();
      for (const { file, revision, starts } of files) {
        const before = this.#saved(file);
        if (revision !== revisionOf(before)) throw failure("changed-outside", `\`${file}\` was changed`);
        const chosen = places(before, sought).filter((at) => starts.includes(bytes(before.slice(0, at))));
        const after = chosen.reduceRight(
          (text, at) => text.slice(0, at) + replacement + text.slice(at + sought.words.length),
          before,
        );
        this.#before.set(file, { before, after });
      }
      for (const [file, { after }] of this.#before) this.#save(file, after);
      this.#number += 1;
      const count = files.reduce((sum, { starts }) => sum + starts.length, 0);
      return { number: this.#number, places: count, files: files.map(({ file }) => file) };
    },
    takeBackReplacement: () => {
      const changed = [...this.#before].filter(([file, { after }]) => this.#saved(file) !== after);
      const back = [...this.#before].filter(([file]) => !changed.some(([other]) => other === file));
      for (const [file, { before }] of back) this.#save(file, before);
      this.#before.clear();
      const files = (of: typeof back): string[] => of.map(([file]) => file);
      return { files: files(back), changed: files(changed) };
    },
  };

  get #all(): readonly Text[] {
    const articles = [...this.#texts].map(([slug, saved]) => ({ file: fileOf(slug), slug, saved }));
    return [...articles, { file: SETTINGS, slug: null, saved: this.settings }];
  }

  #saved(file: string): string {
    return this.#all.find((text) => text.file === file)!.saved;
  }

  #save(file: string, text: string): void {
    const slug = this.#all.find((one) => one.file === file)!.slug;
    if (slug === null) this.settings = text;
    else this.#write(slug, text);
  }
}

const unquoted = (text: string): string => text.replace(/^.*"(?=.)|"$/g, "");

const revisionOf = (text: string): string => `${text.length} ${hash(text)}`;

function hash(text: string): number {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + letter.codePointAt(0)!) | 0;
  return sum;
}

function hit(text: string, at: number, length: number, replaced: string | null): Omit<HitView, "field"> {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const stop = text.indexOf("\n", at);
  const end = at + length;
  return {
    start: bytes(text.slice(0, at)),
    end: bytes(text.slice(0, end)),
    line: text.slice(0, at).split("\n").length,
    before: text.slice(start, at),
    found: text.slice(at, end),
    after: text.slice(end, stop < 0 ? undefined : stop),
    replaced,
    address: /https?:\S*$|media\/\S*$/.test(text.slice(start, at)),
  };
}
