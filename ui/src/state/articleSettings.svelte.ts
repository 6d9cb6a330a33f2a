// What an article says of itself above its text: read into a form, written into the open text as one change, and taken
// back.
import { isolateHistory } from "@codemirror/commands";
import type { ChangeSet, Text } from "@codemirror/state";
import type { Failure } from "../platform/bindings/Failure";
import { failureOf, type Platform } from "../platform/seam";
import { isReadable, type Key } from "../dialect/head";
import { words } from "../words";
import {
  type ArticleFields,
  changedKeys,
  changesOf,
  faulty,
  fieldsOf,
  type PictureKey,
  takenBack,
  untouchable,
} from "./articleFields";
import type { Desk } from "./desk.svelte";
import type { Manuscript } from "./manuscript.svelte";

const { articleSettings: said } = words;

const NONE: Readonly<Record<PictureKey, File | null>> = { picture: null, signature: null };

export class ArticleSettings {
  /** As they are in the form, while it is open. */
  fields = $state<ArticleFields | null>(null);
  failure = $state.raw<Failure | null>(null);
  busy = $state(false);
  /** Files that are to be the pictures. They are in the issue once the form is saved, and not before. */
  chosen = $state.raw(NONE);
  /** The fields that are written in a way that the form leaves alone. */
  untouchable = $state.raw<ReadonlySet<Key>>(new Set());
  /** The pictures that lie in the issue. */
  pictures = $state.raw<readonly string[]>([]);
  /** Stays as it is when other fields come into the form. */
  readonly open = $derived(this.fields !== null);
  /** As they were in the text when the form was opened. */
  #read = $state.raw<ArticleFields | null>(null);
  /** The article of the form; no state, so that a dialog that is on its way out reads that there is none any more. */
  #manuscript: Manuscript | null = null;
  readonly #platform: Platform;
  readonly #desk: Desk;

  constructor(platform: Platform, desk: Desk) {
    this.#platform = platform;
    this.#desk = desk;
  }

  get changed(): boolean {
    const [read, fields] = [this.#read, this.fields];
    if (read === null || fields === null) return false;
    return this.chosen !== NONE || changedKeys(read, fields).length > 0;
  }

  /** The field that a failure is about. */
  get wrong(): string | null {
    return this.failure?.place ?? null;
  }

  /** Opens the form of the article that is open. */
  begin(): void {
    const { manuscript } = this.#desk;
    if (manuscript === null || this.fields !== null) return;
    const { doc } = manuscript.session;
    if (!isReadable(doc)) return this.#desk.notices.error(said.unreadable);
    const read = fieldsOf(doc);
    this.#show(manuscript, read, read);
  }

  /** Takes a picture from a file, or the one that was there before it was taken. */
  choose(of: PictureKey, file: File | null): void {
    const chosen = { ...this.chosen, [of]: file };
    this.chosen = chosen.picture === null && chosen.signature === null ? NONE : chosen;
  }

  close(): void {
    this.#manuscript = null;
    this.fields = null;
    this.failure = null;
    this.chosen = NONE;
  }

  /** Closes the form unsaved; what was changed in it can be had again. */
  leave(): void {
    const [manuscript, read, chosen] = [this.#manuscript, this.#read, this.chosen];
    if (manuscript === null || read === null) return;
    const typed = this.changed ? $state.snapshot(this.fields) : null;
    this.close();
    if (typed === null) return;
    const again = async (): Promise<void> => {
      if (this.fields !== null) return;
      const held = await this.#held(manuscript);
      if (this.fields !== null) return;
      if (held === null) return offer();
      this.#show(held, read, typed);
      this.chosen = chosen;
    };
    const offer = (): void =>
      this.#desk.notices.done(said.left, { label: said.bringBack, run: () => void again() });
    offer();
  }

  /** Writes the form into the text, as one change, and closes. */
  async save(): Promise<void> {
    const [opened, read, fields] = [this.#manuscript, this.#read, this.fields];
    if (opened === null || read === null || fields === null || this.busy) return;
    this.busy = true;
    try {
      const wrong = faulty(read, $state.snapshot(fields));
      if (wrong !== null) return this.#refuse(said.faults[wrong], wrong);
      if (!(await this.#add(opened.issue, fields)) || this.fields !== fields) return;
      const manuscript = this.#desk.manuscript === opened ? opened : await this.#held(opened);
      if (manuscript === null || this.fields !== fields) return;
      const before = manuscript.session.doc;
      const changes = changesOf(before, read, $state.snapshot(fields));
      if (changes === null) return this.#refuse(said.changedSince, null);
      this.close();
      if (changes.empty) return;
      manuscript.changeHead(changes, isolateHistory.of("full"));
      const run = (): void => void this.#takeBack(manuscript, changes, before);
      this.#desk.notices.done(said.saved, { label: said.undo, run });
    } finally {
      this.busy = false;
    }
  }

  #show(manuscript: Manuscript, read: ArticleFields, fields: ArticleFields): void {
    this.#manuscript = manuscript;
    this.#read = read;
    this.fields = structuredClone(fields);
    this.untouchable = untouchable(manuscript.session.doc);
    this.pictures = [];
    const shown = this.fields;
    void this.#platform.call("mediaFolder", { issue: manuscript.issue }).then(
      (media) => {
        if (this.fields !== shown) return;
        this.pictures = media.filter(({ forArticles }) => forArticles).map(({ file }) => file);
      },
      // A file can be chosen all the same.
      () => {},
    );
  }

  /** Opens an article in its own issue, as the desk holds it now; null where it cannot, which is said. */
  async #held({ issue, slug }: Manuscript): Promise<Manuscript | null> {
    const desk = this.#desk;
    if (desk.issue?.line.id !== issue) await desk.openIssue(issue);
    // The desk has said why.
    if (desk.issue?.line.id !== issue) return null;
    if (!desk.issue.articles.some((line) => line.slug === slug)) {
      desk.notices.error(said.gone);
      return null;
    }
    await desk.openArticle(slug);
    const { manuscript } = desk;
    return manuscript?.issue === issue && manuscript.slug === slug ? manuscript : null;
  }

  #refuse(message: string, place: string | null): void {
    this.failure = { code: "refused", message, hint: null, place };
  }

  /** Puts the chosen files into the issue; answers whether they are. */
  async #add(issue: string, fields: ArticleFields): Promise<boolean> {
    for (const of of ["picture", "signature"] as const) {
      const file = this.chosen[of];
      if (file === null) continue;
      try {
        const handed = await this.#platform.handOver(file);
        fields[of] = (await this.#platform.call("addPicture", { issue, file: handed })).file;
        this.choose(of, null);
      } catch (thrown) {
        this.failure = { ...failureOf(thrown), place: of };
        return false;
      }
    }
    return true;
  }

  /** Takes a change back, unless the front matter was changed since. */
  async #takeBack(changed: Manuscript, changes: ChangeSet, before: Text): Promise<void> {
    const { notices } = this.#desk;
    const manuscript = await this.#held(changed);
    if (manuscript === null) return;
    const back = takenBack(changes, before, manuscript.session.doc);
    if (back === null) return notices.error(said.changedSince);
    manuscript.apply({ changes: back, annotations: isolateHistory.of("full") });
    notices.info(said.takenBack);
  }
}
