// An open article: its text, whether it is on disk, and what happens when somebody else changed the file.
//
// The rule that everything here serves: no text that was typed is ever lost. One save runs at a time; a save that
// fails is tried again; a file changed outside is never written over unless the writer says so.
import { isolateHistory } from "@codemirror/commands";
import {
  type Annotation,
  type ChangeSpec,
  type EditorState,
  type StateCommand,
  type StateEffect,
  Text,
  type TransactionSpec,
} from "@codemirror/state";
import { EditorView, type ViewUpdate } from "@codemirror/view";
import type { ArticleText } from "../platform/bindings/ArticleText";
import type { Failure } from "../platform/bindings/Failure";
import type { SavedArticle } from "../platform/bindings/SavedArticle";
import { failureOf } from "../platform/seam";
import { byteAt, lineBreakOf, offsetAt, offsetsAt } from "../dialect/bytes";
import { insertBlock } from "../dialect/edits";
import { frontMatterLines, type Glance, glanceAt } from "../dialect/glance";
import { type Marks, setMarks } from "../dialect/marks";
import { foldAnew, newSession, refold } from "../dialect/session";
import { tableAt } from "../dialect/tables";
import { Pause } from "./latest";

export type SaveState =
  | { readonly kind: "saved"; readonly at: Date | null }
  | { readonly kind: "changed" }
  | { readonly kind: "saving" }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "conflict"; readonly theirs: ArticleText };

const SAVE_AFTER_MS = 300;
/** Somebody who never pauses is saved this often. */
const SAVE_AT_LEAST_MS = 500;
const RETRY_MS = 5000;
const GLANCE_AFTER_MS = 200;

/** Where a text lies: an article's file, or an edition's. */
export interface Shelf {
  read(): Promise<ArticleText>;
  /** Saves the whole text, unless somebody else changed it since `revision`. */
  save(text: string, revision: string): Promise<SavedArticle>;
}

export interface Watcher {
  /** The text changed. */
  changed(manuscript: Manuscript): void;
  /** The cursor moved or the text changed. */
  moved(manuscript: Manuscript): void;
  /** The file on disk has a new text. */
  saved(manuscript: Manuscript): void;
}

export class Manuscript {
  readonly issue: string;
  readonly slug: string;
  save = $state.raw<SaveState>({ kind: "saved", at: null });
  glance = $state.raw<Glance>({ words: 0, minutes: 1, headings: [] });
  /** The text as of the last glance; the fields on top are read from it. */
  doc = $state.raw<Text>();
  /** Whether the cursor is in a table. */
  inTable = $state(false);
  /** The editor's state: text, selection, undo history. The editor shows it and hands back each new one. */
  session: EditorState;
  /** Set while the editor shows this manuscript. */
  dispatch: ((spec: TransactionSpec) => void) | null = null;
  /** Where the editor was scrolled to when it last showed this manuscript. */
  scroll: StateEffect<unknown> | null = null;

  #revision: string;
  #onDisk: Text;
  #lineBreak: string;
  #saving: Promise<void> | null = null;
  #ended = false;
  readonly #shelf: Shelf;
  readonly #watcher: Watcher;
  readonly #autosave = new Pause(() => void this.flush(), SAVE_AFTER_MS, SAVE_AT_LEAST_MS);
  readonly #glance = new Pause(() => this.#look(), GLANCE_AFTER_MS);

  constructor(shelf: Shelf, watcher: Watcher, issue: string, slug: string, file: ArticleText) {
    this.#shelf = shelf;
    this.#watcher = watcher;
    this.issue = issue;
    this.slug = slug;
    this.#revision = file.revision;
    this.#lineBreak = lineBreakOf(file.text) ?? "\n";
    this.session = newSession(file.text, (update) => this.#took(update));
    this.#onDisk = this.session.doc;
    this.#look();
  }

  /** The whole file, as it will be saved. */
  get text(): string {
    return this.session.doc.sliceString(0, this.session.doc.length, this.#lineBreak);
  }

  /** Names the file's bytes as they were last read or saved. */
  get revision(): string {
    return this.#revision;
  }

  get clean(): boolean {
    return this.save.kind === "saved";
  }

  /** The byte of the file under the cursor. */
  get byte(): number {
    return byteAt(this.session.doc, this.session.selection.main.head, this.#lineBreak);
  }

  /** Where the cursor stands, in UTF-16 units. */
  get caret(): number {
    return this.session.selection.main.head;
  }

  /** Puts the cursor where it stood another day, as far as the text still goes there. */
  goBackTo(caret: number): void {
    const anchor = Math.min(caret, this.session.doc.length);
    // Before the first line of text the front matter is folded away.
    if (anchor <= this.caret) return;
    this.session = this.session.update({ selection: { anchor } }).state;
    this.scroll = EditorView.scrollIntoView(anchor, { y: "center" });
  }

  offsetOf(byte: number): number {
    return offsetAt(this.session.doc, byte, this.#lineBreak);
  }

  /** The same for many bytes, in their order. */
  offsetsOf(bytes: readonly number[]): number[] {
    return offsetsAt(this.session.doc, bytes, this.#lineBreak);
  }

  /** Its file is gone: nothing is saved any more. */
  end(): void {
    this.#autosave.stop();
    this.#ended = true;
  }

  /** Saves what is not saved yet; answers whether everything is on disk. */
  async flush(): Promise<boolean> {
    this.#autosave.stop();
    if (this.#ended) return true;
    while (this.#saving !== null) await this.#saving;
    if (this.save.kind === "conflict") return false;
    if (this.save.kind === "saved") return true;
    if (this.session.doc.eq(this.#onDisk)) {
      this.save = { kind: "saved", at: new Date() };
      return true;
    }
    this.#saving = this.#write().finally(() => (this.#saving = null));
    await this.#saving;
    return this.clean;
  }

  async #write(): Promise<void> {
    const doc = this.session.doc;
    this.save = { kind: "saving" };
    try {
      const saved = await this.#shelf.save(this.text, this.#revision);
      this.#revision = saved.revision;
      this.#onDisk = doc;
      const newer = !this.session.doc.eq(doc);
      this.save = newer ? { kind: "changed" } : { kind: "saved", at: new Date() };
      if (newer) this.#autosave.touch();
      this.#watcher.saved(this);
    } catch (thrown) {
      await this.#couldNotSave(failureOf(thrown));
    }
  }

  async #couldNotSave(failure: Failure): Promise<void> {
    if (failure.code === "changed-outside") {
      try {
        const theirs = await this.#shelf.read();
        if (theirs.text === this.text) this.#accept(theirs);
        else this.save = { kind: "conflict", theirs };
        return;
      } catch (thrown) {
        failure = failureOf(thrown);
      }
    }
    this.save = { kind: "failed", failure };
    setTimeout(() => {
      if (this.save.kind === "failed") void this.flush();
    }, RETRY_MS);
  }

  /** Writes the editor's text over the one on disk. */
  async keepMine(): Promise<void> {
    if (this.save.kind !== "conflict") return;
    this.#revision = this.save.theirs.revision;
    this.save = { kind: "changed" };
    await this.flush();
  }

  /** Takes the text on disk. Undo brings the writer's own text back. */
  takeTheirs(): void {
    if (this.save.kind === "conflict") this.#accept(this.save.theirs);
  }

  /** Looks at the file again; takes a text changed outside when nothing here waits to be saved. */
  async refresh(): Promise<void> {
    if (!this.clean) return;
    const file = await this.#shelf.read();
    if (this.clean && file.revision !== this.#revision) this.#accept(file);
  }

  /** Makes a change, as if it was typed. */
  apply(spec: TransactionSpec): void {
    if (this.dispatch !== null) return this.dispatch(spec);
    const transaction = this.session.update(spec);
    this.session = transaction.state;
    if (transaction.docChanged) this.#changed();
  }

  /** Changes the fields on top. The first ones of a text are folded away, and the cursor stays in the text below. */
  changeHead(given: ChangeSpec, annotations?: Annotation<unknown>): void {
    const lines = frontMatterLines(this.session.doc);
    const first = lines === 0;
    const changes = this.session.changes(given);
    const selection = first ? this.session.selection.map(changes, 1) : undefined;
    this.apply({ changes, selection, annotations, userEvent: "input.field" });
    if (frontMatterLines(this.session.doc) === lines) return;
    const folds = foldAnew(this.session, first);
    if (folds !== null) this.apply(folds);
  }

  /** Marks what the layout knows about the text. */
  mark(given: Marks): void {
    this.apply({ effects: setMarks.of(given) });
  }

  run(command: StateCommand): void {
    command({ state: this.session, dispatch: (transaction) => this.apply(transaction) });
  }

  /** Puts a block of its own below the line with the cursor. */
  insert(block: string): void {
    this.run(insertBlock(block, ""));
  }

  /** Takes an earlier text in place of this one, as one change that undo takes back. */
  restore(text: string): void {
    const lines = Text.of(text.split(lineBreakOf(text) ?? "\n"));
    this.apply({
      changes: { from: 0, to: this.session.doc.length, insert: lines },
      selection: { anchor: 0 },
      userEvent: "input.restore",
    });
  }

  #accept(file: ArticleText): void {
    this.#revision = file.revision;
    this.#lineBreak = lineBreakOf(file.text) ?? "\n";
    const text = Text.of(file.text.split(this.#lineBreak));
    // Nothing of ours waits any more, so the change below is not one to save.
    this.save = { kind: "saved", at: new Date() };
    if (!text.eq(this.session.doc)) {
      // Only what differs is changed, so that the cursor stays where it was; one undo takes exactly this back.
      this.apply({ changes: differing(this.session.doc, text), annotations: isolateHistory.of("full") });
      const whole = refold(this.session);
      if (whole !== null) this.apply(whole);
    }
    this.#autosave.stop();
    this.#onDisk = this.session.doc;
    this.save = { kind: "saved", at: new Date() };
    this.#look();
  }

  #took(update: ViewUpdate): void {
    this.session = update.state;
    if (update.docChanged) this.#changed();
    if (!update.docChanged && !update.selectionSet) return;
    this.inTable = tableAt(update.state.doc, update.state.selection.main.head) !== null;
    this.#watcher.moved(this);
  }

  #changed(): void {
    if (this.save.kind !== "conflict" && this.save.kind !== "saving") this.save = { kind: "changed" };
    if (this.save.kind !== "conflict" && !this.#ended) this.#autosave.touch();
    this.#glance.touch();
    this.#watcher.changed(this);
  }

  #look(): void {
    this.doc = this.session.doc;
    this.glance = glanceAt(this.session.doc);
  }
}

/** The change that makes one text of another: what lies between what both begin and end with. */
function differing(now: Text, then: Text): { from: number; to: number; insert: Text } {
  const [old, made] = [now.toString(), then.toString()];
  const most = Math.min(old.length, made.length);
  let same = 0;
  while (same < most && old[same] === made[same]) same++;
  let end = 0;
  while (end < most - same && old[old.length - 1 - end] === made[made.length - 1 - end]) end++;
  return { from: same, to: old.length - end, insert: then.slice(same, made.length - end) };
}
