// Spelling without dictionaries: a few words are wrong, and the magazine may have them as its own.
import type { DoubtView } from "../bindings/DoubtView";
import type { SpellingView } from "../bindings/SpellingView";
import type { WordsView } from "../bindings/WordsView";
import type { Params, Result } from "../seam";

type Of<M extends "spelling" | "suggestions" | "keepWord" | "doubtfulWords"> = (
  params: Params<M>,
) => Result<M>;

const MEANT: Record<string, readonly string[]> = {
  dashbord: ["dashboard", "dash"],
  fibre: ["fiber"],
  Bega: [],
};
const encoder = new TextEncoder();

export class FakeSpelling {
  /** What is doubtful, with what it may have been meant for. */
  meant: Record<string, readonly string[]> = MEANT;
  readonly own = new Set<string>();
  /** Languages without a dictionary. */
  readonly missing = new Set<string>();
  readonly #texts: ReadonlyMap<string, string>;

  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  readonly answers: {
    spelling: Of<"spelling">;
    suggestions: Of<"suggestions">;
    keepWord: Of<"keepWord">;
    doubtfulWords: Of<"doubtfulWords">;
  } = {
    spelling: ({ text }) => this.#look(text),
    suggestions: ({ word }) => [...(this.meant[word] ?? [])],
    keepWord: ({ word, keep }) => {
      const there = this.own.has(word);
      if (keep) this.own.add(word);
      else this.own.delete(word);
      return there !== keep;
    },
    doubtfulWords: () => this.#list(),
  };

  #look(text: string): SpellingView {
    const language = /^language: (\w+)$/m.exec(text)?.[1] ?? "en";
    const dictionary = this.missing.has(language) ? null : `${language}_XX`;
    const accepted = /^accepted-words: \[(.*)\]$/m.exec(text)?.[1] ?? "";
    const doubts: DoubtView[] = [];
    const body = text.indexOf("\n---\n") + 5;
    for (const found of text.slice(body).matchAll(/\p{L}+/gu)) {
      const [word] = found;
      const wrong = Object.hasOwn(this.meant, word) && !this.own.has(word) && !accepted.includes(`"${word}"`);
      if (!wrong || dictionary === null) continue;
      const start = encoder.encode(text.slice(0, body + found.index)).length;
      doubts.push({ word, start, end: start + encoder.encode(word).length });
    }
    return { language, dictionary, problem: null, doubts, milliseconds: 3 };
  }

  #list(): WordsView {
    const words = new Map<string, WordsView["words"][number]>();
    for (const [slug, text] of this.#texts) {
      const { language, doubts } = this.#look(text);
      for (const { word, start, end } of doubts) {
        const line = words.get(word) ?? {
          word,
          language,
          suggestions: [...(this.meant[word] ?? [])],
          places: [],
        };
        line.places.push({ slug, edition: null, line: text.slice(0, start).split("\n").length, start, end });
        words.set(word, line);
      }
    }
    return { words: [...words.values()].toSorted((a, b) => b.places.length - a.places.length), unread: [] };
  }
}
