// Spelling: each text is looked at a moment after the last key, by the desk and never by the page's own thread. What
// is told is quiet: marks in the text, a word in the status bar, a list for who asks for it.
import { EditorView } from "@codemirror/view";
import type { DoubtfulWordLine } from "../platform/bindings/DoubtfulWordLine";
import type { SpellingView } from "../platform/bindings/SpellingView";
import type { WordPlaceView } from "../platform/bindings/WordPlaceView";
import type { WordsView } from "../platform/bindings/WordsView";
import { failureOf, type Platform } from "../platform/seam";
import { acceptHere, doubtAt, type Doubt, doubtFrom, replaceDoubt, setDoubts } from "../dialect/spelling";
import { words } from "../words";
import type { Desk } from "./desk.svelte";
import { Latest, Pause } from "./latest";
import type { Manuscript } from "./manuscript.svelte";

const LOOK_AFTER_MS = 350;

/** What can be done about one doubtful word, while its menu is open. */
export interface Asked {
  readonly doubt: Doubt;
  readonly manuscript: Manuscript;
  /** Nothing yet: they are being looked for. */
  readonly suggestions: readonly string[] | null;
}

export class Spelling {
  /** What the text on the screen was looked up in: an article, or an edition. */
  looked = $state.raw<SpellingView | null>(null);
  asked = $state.raw<Asked | null>(null);
  /** Every doubtful word of the issue; nothing before somebody asks. */
  list = $state.raw<WordsView | null>(null);
  /** Read aloud, and only after a key or a click that asked for it. */
  said = $state("");
  readonly #desk: Desk;
  readonly #platform: Platform;
  readonly #pause = new Pause(() => this.#ask(), LOOK_AFTER_MS);
  readonly #latest = new Latest<Manuscript>((manuscript) => this.#look(manuscript));

  constructor(desk: Desk, platform: Platform) {
    this.#desk = desk;
    this.#platform = platform;
  }

  get on(): boolean {
    return this.#desk.viewing.kept.spelling;
  }

  /** The doubtful words of the text on the screen, as far as they are known. */
  get count(): number {
    return this.looked?.doubts.length ?? 0;
  }

  toggle(): void {
    this.#desk.viewing.keep({ spelling: !this.on });
    this.said = this.on ? words.spelling.switchedOn : words.spelling.switchedOff;
    if (this.on) this.#ask();
    else this.#clear();
  }

  /** The text changed, or another one is shown. */
  touch(): void {
    if (this.on) this.#pause.touch();
  }

  /** Another text is on the screen, of which nothing is known yet. */
  turn(): void {
    this.looked = null;
    this.asked = null;
    this.touch();
  }

  /** Goes to the next or previous doubtful word of the text, and selects it. */
  step(direction: 1 | -1): void {
    const { written: manuscript } = this.#desk;
    if (manuscript === null) return;
    const doubt = doubtFrom(manuscript.session, direction);
    if (doubt === null) {
      this.said = words.spelling.none;
      this.#desk.notices.info(words.spelling.none);
      return;
    }
    manuscript.apply({
      selection: { anchor: doubt.from, head: doubt.to },
      effects: EditorView.scrollIntoView(doubt.from, { y: "center" }),
    });
    this.said = words.spelling.at(doubt.word);
    this.#desk.editor?.focus();
  }

  /** Opens the menu of the doubtful word at an offset, or under the cursor; answers whether there is one. */
  ask(offset?: number): boolean {
    const { written: manuscript } = this.#desk;
    if (manuscript === null || !this.on) return false;
    const doubt = doubtAt(manuscript.session, offset ?? manuscript.session.selection.main.from);
    if (doubt === null) return false;
    const asked: Asked = { doubt, manuscript, suggestions: null };
    this.asked = asked;
    void this.#suggest(asked);
    return true;
  }

  /** As a key asks: says so where the cursor is at no doubtful word. */
  askHere(): void {
    if (!this.ask()) this.#desk.notices.info(words.spelling.notHere);
  }

  /** Closes the menu and goes back to the text. */
  close(): void {
    this.asked = null;
    this.#desk.editor?.focus();
  }

  replace(word: string): void {
    const { asked } = this;
    if (asked === null) return;
    asked.manuscript.apply(replaceDoubt(asked.doubt, word));
    this.said = words.spelling.replaced(asked.doubt.word, word);
    this.close();
  }

  /** Puts a word into the magazine's own list; what is told offers to take it out again. */
  async add(word: string): Promise<void> {
    if (this.asked !== null) this.close();
    await this.#keep(word, true);
    const undo = (): void => void this.#keep(word, false);
    this.#desk.notices.done(words.spelling.added(word), { label: words.spelling.takeOut, run: undo });
  }

  /** Accepts a word in the open text alone. */
  leave(word: string): void {
    const { asked } = this;
    const manuscript = asked?.manuscript ?? this.#desk.written;
    this.close();
    const change = manuscript === null ? null : acceptHere(manuscript.session.doc, word);
    if (change === null) return this.#desk.notices.error(words.spelling.cannotLeave);
    manuscript?.apply(change);
    this.said = words.spelling.left(word);
    this.#ask();
  }

  /** Reads every doubtful word of the issue anew. */
  async read(): Promise<void> {
    const issue = this.#desk.issue?.line.id;
    if (issue === undefined) return;
    try {
      const open = [this.#desk.manuscript, ...this.#desk.newsletter.open];
      await Promise.all(open.map((text) => text?.flush()));
      this.list = await this.#platform.call("doubtfulWords", { issue });
    } catch (thrown) {
      this.#desk.notices.error(failureOf(thrown).message);
    }
  }

  /** Goes to a place of the list and selects the word there. */
  async open(line: DoubtfulWordLine, place: WordPlaceView): Promise<void> {
    await this.#desk.showText(place, place.start, place.end);
    const number = line.places.indexOf(place) + 1;
    this.said = words.spelling.place(line.word, number, line.places.length);
  }

  async #keep(word: string, keep: boolean): Promise<void> {
    try {
      await this.#platform.call("keepWord", { word, keep });
    } catch (thrown) {
      const { message, hint } = failureOf(thrown);
      this.#desk.notices.error(message, hint);
    }
    this.#ask();
    if (this.list !== null) await this.read();
  }

  async #suggest(asked: Asked): Promise<void> {
    const language = this.looked?.language ?? "en";
    let suggestions: readonly string[] = [];
    try {
      suggestions = await this.#platform.call("suggestions", { language, word: asked.doubt.word });
    } catch {
      // The menu offers what it can without them.
    }
    if (this.asked === asked) this.asked = { ...asked, suggestions };
  }

  #ask(): void {
    const { written: manuscript } = this.#desk;
    if (this.on && manuscript !== null) this.#latest.ask(manuscript);
  }

  async #look(manuscript: Manuscript): Promise<void> {
    const { doc } = manuscript.session;
    const { issue, slug, text } = manuscript;
    const edition = this.#desk.newsletter.open.includes(manuscript);
    try {
      const looked = await this.#platform.call("spelling", { issue, slug, edition, text });
      // Written on meanwhile: the pause after it asks again, and the marks that are there move along.
      if (!this.on || !manuscript.session.doc.eq(doc)) return;
      const ends = manuscript.offsetsOf(looked.doubts.flatMap(({ start, end }) => [start, end]));
      const doubts = looked.doubts.map(({ word }, at) => ({
        word,
        from: ends[2 * at]!,
        to: ends[2 * at + 1]!,
      }));
      manuscript.apply({ effects: setDoubts.of(doubts) });
      if (this.#desk.written === manuscript) this.looked = looked;
    } catch {
      // Marks are a courtesy: the next key asks again, and the list of the issue tells what is wrong.
    }
  }

  #clear(): void {
    this.looked = null;
    for (const text of [this.#desk.manuscript, ...this.#desk.newsletter.open])
      text?.apply({ effects: setDoubts.of([]) });
  }
}
