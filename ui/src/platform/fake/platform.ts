// A desk without a desk: the whole seam over texts in memory and pages drawn as pictures. For tests and for working on
// the window in a browser; the app never contains it.
import type { FindingView } from "../bindings/FindingView";
import type { IssueLine } from "../bindings/IssueLine";
import type { PagesView } from "../bindings/PagesView";
import type { PageView } from "../bindings/PageView";
import type { Failure } from "../bindings/Failure";
import { DeskFailure, type Method, type Params, type Platform, type Result } from "../seam";
import { articles, findings } from "./issue";
import { drawPage } from "./picture";

type Answers = { [M in Method]: (params: Params<M>) => Result<M> | Promise<Result<M>> };

const WORDS_A_PAGE = 220;
const LINE: IssueLine = { id: "2026-q4", number: 41, title: "Ten years of listening", season: "Winter 2026" };

export class FakePlatform implements Platform {
  /** Every call, for tests to look at. */
  readonly calls: { method: Method; params: unknown }[] = [];
  readonly texts = new Map(articles.map(({ slug, text }) => [slug, text]));
  readonly revisions = new Map(articles.map(({ slug }) => [slug, 1]));
  findings: FindingView[] = [...findings];
  /** Thrown by the next call of a method, once. */
  failNext: Partial<Record<Method, Failure>> = {};
  /** Milliseconds that a layout takes. */
  delay = 0;
  finish: () => Promise<boolean> = () => Promise.resolve(true);
  closed = false;

  async call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    this.calls.push({ method, params });
    const failure = this.failNext[method];
    if (failure) {
      delete this.failNext[method];
      throw new DeskFailure(failure);
    }
    return await this.#answers[method](params);
  }

  pictureUrl(_issue: string, hash: string): string {
    return drawPage(hash);
  }

  beforeClose(finish: () => Promise<boolean>): void {
    this.finish = finish;
  }

  close(): void {
    this.closed = true;
  }

  /** Somebody else writes the file. */
  changeOutside(slug: string, text: string): void {
    this.texts.set(slug, text);
    this.revisions.set(slug, (this.revisions.get(slug) ?? 0) + 1);
  }

  readonly #answers: Answers = {
    publication: () => ({ name: "Smart City Magazine", folder: "/publication", issues: [LINE] }),
    issue: () => ({
      line: LINE,
      pageBudget: 32,
      articles: articles.map(({ slug, title, section, language, budget }) => {
        const words = wordsOf(this.texts.get(slug)!);
        return { slug, title, section, language, words, budget, placed: true };
      }),
      findings: this.findings,
    }),
    readArticle: ({ slug }) => ({ text: this.texts.get(slug)!, revision: `${this.revisions.get(slug)}` }),
    saveArticle: ({ slug, text, revision }) => {
      if (revision !== `${this.revisions.get(slug)}`) {
        const message = "the article was changed by somebody else";
        throw new DeskFailure({ code: "changed-outside", message, hint: null, place: null });
      }
      this.changeOutside(slug, text);
      return { revision: `${this.revisions.get(slug)}` };
    },
    layout: () => this.#layout(this.texts),
    preview: ({ slug, text }) => this.#layout(new Map([...this.texts, [slug, text]])),
    click: ({ page }) => {
      const slug = pagesOf(this.texts).find(({ number }) => number === page)?.slug ?? null;
      return slug === null ? null : { slug, byte: this.texts.get(slug)!.indexOf("Every city") };
    },
    locate: ({ slug, byte }) => {
      const pages = pagesOf(this.texts).filter((page) => page.slug === slug);
      const part = byte / Math.max(1, this.texts.get(slug)!.length);
      const page = pages[Math.min(pages.length - 1, Math.floor(part * pages.length))];
      return page === undefined ? null : { page: page.number, x: 60, y: 420, width: 220, height: 13 };
    },
    build: async () => {
      await new Promise((done) => setTimeout(done, this.delay));
      const path = "/publication/issues/2026-q4/2026-q4-screen.pdf";
      return { path, pages: pagesOf(this.texts).length, bytes: 5_231_400, findings: this.findings };
    },
  };

  async #layout(texts: ReadonlyMap<string, string>): Promise<PagesView> {
    if (this.delay > 0) await new Promise((done) => setTimeout(done, this.delay));
    return { pages: pagesOf(texts), findings: [], milliseconds: 14 };
  }
}

const wordsOf = (text: string): number => text.split(/\s+/).length;

function pagesOf(texts: ReadonlyMap<string, string>): PageView[] {
  const pages: PageView[] = [];
  const add = (slug: string | null, title: string, text: string, part: number): void => {
    const number = pages.length + 1;
    const hash = JSON.stringify({ number, title, part, text });
    pages.push({ number, slug, hash, width: 595.28, height: 793.7 });
  };
  add(null, "Smart City", "", 0);
  add(null, "Advertisement", "", 0);
  add(null, "Contents", "", 0);
  for (const { slug, title } of articles) {
    const text = texts.get(slug)!;
    const count = Math.max(1, Math.round(wordsOf(text) / WORDS_A_PAGE));
    const size = Math.ceil(text.length / count);
    for (let part = 0; part < count; part++)
      add(slug, title, text.slice(part * size, (part + 1) * size), part);
  }
  while (pages.length % 4 !== 3) add(null, "Advertisement", "", 0);
  add(null, "Back cover", "", 0);
  return pages;
}
