// What an issue's own file says of it and of its cover: read into a form, saved, and taken back.
import type { Failure } from "../platform/bindings/Failure";
import type { IssueFields } from "../platform/bindings/IssueFields";
import type { IssueSettingsView } from "../platform/bindings/IssueSettingsView";
import { failureOf, type Platform } from "../platform/seam";
import { words } from "../words";
import type { Desk } from "./desk.svelte";

const { issueSettings: said } = words;

export class IssueSettings {
  /** As they are in the form, while it is open. */
  fields = $state<IssueFields | null>(null);
  failure = $state.raw<Failure | null>(null);
  busy = $state(false);
  /** Stays as it is when other fields come into the form. */
  readonly open = $derived(this.fields !== null);
  #issue = "";
  /** As they are in the file. */
  #saved = $state.raw<IssueSettingsView | null>(null);
  readonly #platform: Platform;
  readonly #desk: Desk;

  constructor(platform: Platform, desk: Desk) {
    this.#platform = platform;
    this.#desk = desk;
  }

  get changed(): boolean {
    return this.fields !== null && !same(this.fields, this.#saved?.fields);
  }

  /** The field that a failure is about, by its name in the file. */
  get wrong(): string | null {
    return this.failure?.place ?? null;
  }

  /** Whether another program wrote the file since it was read. */
  get outdated(): boolean {
    return this.failure?.code === "changed-outside";
  }

  /** Opens the form of the issue that is open. */
  async begin(): Promise<void> {
    const issue = this.#desk.issue?.line.id;
    if (issue === undefined || this.fields !== null) return;
    try {
      const view = await this.#platform.call("issueSettings", { issue });
      this.#issue = issue;
      this.failure = null;
      this.#take(view);
    } catch (thrown) {
      const { message, hint } = failureOf(thrown);
      this.#desk.notices.error(message, hint);
    }
  }

  close(): void {
    this.fields = null;
    this.failure = null;
  }

  /** Closes the form unsaved; what was changed in it can be had again. */
  leave(): void {
    const [issue, saved] = [this.#issue, this.#saved];
    const typed = this.changed ? $state.snapshot(this.fields) : null;
    this.close();
    if (typed === null) return;
    const again = (): void => {
      if (this.fields !== null) return;
      this.#issue = issue;
      this.#saved = saved;
      this.fields = typed;
    };
    this.#desk.notices.done(said.left, { label: said.bringBack, run: again });
  }

  /** Writes the form into the file, lays the issue out again, and closes. */
  async save(): Promise<void> {
    const [before, typed] = [this.#saved, $state.snapshot(this.fields)];
    if (before === null || typed === null || this.busy) return;
    this.busy = true;
    try {
      if (!(await this.#desk.settle())) {
        this.failure = { code: "unsaved", message: words.save.failed, hint: null, place: null };
        return;
      }
      const issue = this.#issue;
      const saved = await this.#write(issue, typed, before.revision);
      this.close();
      this.#desk.notices.done(said.saved, {
        label: said.undo,
        run: () => void this.#takeBack(issue, before.fields, saved.fields),
      });
    } catch (thrown) {
      this.failure = failureOf(thrown);
    } finally {
      this.busy = false;
    }
  }

  /** Reads what another program wrote. What was changed in the form stays; it is not saved yet. */
  async readAnew(): Promise<void> {
    const [before, typed] = [this.#saved, $state.snapshot(this.fields)];
    if (before === null || typed === null) return;
    try {
      const view = await this.#platform.call("issueSettings", { issue: this.#issue });
      this.#take(view);
      this.fields = {
        ...changes(typed, before.fields, view.fields),
        cover: changes(typed.cover, before.fields.cover, view.fields.cover),
      };
      this.failure = null;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  addLine(): void {
    this.fields?.cover.lines.push({ title: "", article: "" });
  }

  removeLine(at: number): void {
    this.fields?.cover.lines.splice(at, 1);
  }

  /** Moves a line to a place; answers whether there is one. */
  moveLine(from: number, to: number): boolean {
    const lines = this.fields?.cover.lines ?? [];
    if (lines[from] === undefined || lines[to] === undefined) return false;
    lines.splice(to, 0, ...lines.splice(from, 1));
    return true;
  }

  #take(view: IssueSettingsView): void {
    this.#saved = view;
    this.fields = structuredClone(view.fields);
  }

  /** Writes earlier fields back, unless somebody changed them since; moves in the running order are none of them. */
  async #takeBack(issue: string, earlier: IssueFields, saved: IssueFields): Promise<void> {
    const { notices } = this.#desk;
    try {
      if (!(await this.#desk.settle())) return;
      const now = await this.#platform.call("issueSettings", { issue });
      if (!same(now.fields, saved)) return notices.error(said.changedSince);
      await this.#write(issue, earlier, now.revision);
      notices.info(said.takenBack);
    } catch (thrown) {
      const { message, hint } = failureOf(thrown);
      notices.error(message, hint);
    }
  }

  /** Writes the file; the issue is then laid out again and called as it is called there. */
  async #write(issue: string, fields: IssueFields, revision: string): Promise<IssueSettingsView> {
    const desk = this.#desk;
    const saved = await this.#platform.call("saveIssueSettings", { issue, fields, revision });
    if (desk.issue?.line.id === issue) desk.layOutAgain();
    desk.searching.stale();
    // What cannot be read now is asked for once more with the layout, which says why it could not.
    await this.#name(issue).catch(() => {});
    return saved;
  }

  /** Calls the issue, here and in the list of issues, as its file calls it now. */
  async #name(issue: string): Promise<void> {
    const desk = this.#desk;
    const [publication, view] = await Promise.all([
      this.#platform.call("publication", {}),
      this.#platform.call("issue", { issue }),
    ]);
    desk.publication = publication;
    if (desk.issue?.line.id === issue) desk.issue = view;
  }
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What somebody else wrote, with what was changed in the form. */
function changes<T extends object>(typed: T, before: T, theirs: T): T {
  const all = { ...theirs };
  for (const key of Object.keys(typed) as (keyof T)[]) {
    if (!same(typed[key], before[key])) all[key] = typed[key];
  }
  return all;
}

/** Whether the form has this field of `issue.toml`, named as the search names it: `cover › headline`. */
export function hasField(field: string): boolean {
  const [name, ofCover] = field.split(" › ");
  return name === "cover"
    ? ["kicker", "headline", "standfirst", "alt", "lines"].includes(ofCover ?? "")
    : ["title", "season", "date", "pages"].includes(field);
}
