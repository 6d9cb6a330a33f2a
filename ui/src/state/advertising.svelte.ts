// An advertisement on its way into the running order, and out of it. Nothing is written anywhere until it is described.
import { tick } from "svelte";
import type { AdFields } from "../platform/bindings/AdFields";
import type { EntryView } from "../platform/bindings/EntryView";
import type { Failure } from "../platform/bindings/Failure";
import type { PlaceInOrder } from "../platform/bindings/PlaceInOrder";
import type { TakenOutAdvertisement } from "../platform/bindings/TakenOutAdvertisement";
import { failureOf, type Platform } from "../platform/seam";
import { words } from "../words";
import type { Desk } from "./desk.svelte";
import { adEntry, nameOf } from "./flatplan.svelte";

const { advertisement: say } = words;

/** What advertisements are sold in. */
export const SIZES = ["full", "half", "third", "quarter"] as const;

/** What the desk says of the picture alone. */
const OF_PICTURE = /^(missing-media|no-picture|outside|too-large)$/;

export class Advertising {
  /** As they are in the form, while it is open. */
  fields = $state<AdFields | null>(null);
  /** A file that is to be the picture. It is in the issue once the form is saved, and not before. */
  file = $state.raw<File | null>(null);
  failure = $state.raw<Failure | null>(null);
  busy = $state(false);
  /** What lies in the issue and could be one. */
  pictures = $state.raw<readonly string[]>([]);
  /** Stays as it is when other fields come into the form. */
  readonly open = $derived(this.fields !== null);
  #issue = "";
  readonly #platform: Platform;
  readonly #desk: Desk;

  constructor(platform: Platform, desk: Desk) {
    this.#platform = platform;
    this.#desk = desk;
  }

  /** Whether the entry that the keys are at on the board can be taken out. */
  get removable(): boolean {
    return this.#desk.showsBoard && this.#current?.kind === "ad" && !this.busy;
  }

  /** The entry of this issue that the keys are at, or were last. */
  get #current(): EntryView | null {
    const { flatplan, issue } = this.#desk;
    return issue !== null && flatplan.shows(issue.line.id) ? flatplan.current : null;
  }

  /** Where it comes to stand, in a sentence. */
  get where(): string {
    const current = this.#current;
    if (current === null) return say.atEnd;
    return current.kind === "back-cover" ? say.beforeBack : say.behind(nameOf(current));
  }

  /** Asks for what has to be known of it, on the board that it comes to. */
  begin(): void {
    const issue = this.#desk.issue?.line.id;
    if (issue === undefined || this.fields !== null) return;
    this.#desk.viewing.keep({ place: "flatplan" });
    this.#show(issue, { picture: "", alt: "", advertiser: "", size: SIZES[0] }, null);
  }

  /** Closes the form unsaved; what was typed into it can be had again. */
  leave(): void {
    const [issue, typed, file] = [this.#issue, $state.snapshot(this.fields), this.file];
    this.#close();
    if (typed === null || (file === null && !(typed.picture + typed.alt + typed.advertiser).trim())) return;
    const run = (): void => {
      if (this.fields === null && this.#desk.issue?.line.id === issue) this.#show(issue, typed, file);
    };
    this.#desk.notices.done(say.left, { label: say.bringBack, run });
  }

  /** Puts the picture into the issue where it comes from a file, and the advertisement into the running order. */
  async place(): Promise<void> {
    const [issue, fields] = [this.#issue, this.fields];
    if (fields === null || this.busy) return;
    const wrong = this.#missing(fields);
    if (wrong !== null) return this.#refuse(say.faults[wrong], wrong);
    this.busy = true;
    this.failure = null;
    try {
      if (!(await this.#desk.settle())) return this.#refuse(words.save.failed, null);
      await this.#add(issue, fields);
      if (this.fields !== fields) return;
      const ad = $state.snapshot(fields);
      const placed = await this.#platform.call("placeAdvertisement", { issue, ad, place: this.#placeNow() });
      if (this.fields === fields) this.#close();
      // The dialog gives the keys back before they go to the board.
      await tick();
      this.#desk.flatplan.came(issue, placed, adEntry(ad), say.added);
      this.#layOut(issue);
    } catch (thrown) {
      const failure = this.#seen(thrown);
      this.failure = { ...failure, place: OF_PICTURE.test(failure.code) ? "picture" : null };
    } finally {
      this.busy = false;
    }
  }

  /** Takes the advertisement that the keys are at out of the running order; it can be put back as it stood. */
  async takeOut(): Promise<void> {
    const { flatplan, notices } = this.#desk;
    const [place, entry, issue] = [flatplan.place, this.#current, this.#desk.issue?.line.id];
    if (!this.removable || flatplan.moving || issue === undefined || place === null || entry === null) return;
    this.busy = true;
    try {
      if (!(await this.#desk.settle())) return;
      const taken = await this.#platform.call("takeOutAdvertisement", { issue, place });
      const said = say.takenOut(nameOf(entry));
      flatplan.went(issue, taken, said);
      this.#layOut(issue);
      const putBack = (): void => void this.#putBack(issue, taken, entry);
      notices.done(said, { label: words.begin.putBack, run: putBack });
    } catch (thrown) {
      const { message, hint } = this.#seen(thrown);
      notices.error(message, hint);
    } finally {
      this.busy = false;
    }
  }

  async #putBack(issue: string, { at, before }: TakenOutAdvertisement, entry: EntryView): Promise<void> {
    try {
      const placed = await this.#platform.call("putAdvertisementBack", { issue, at, before });
      this.#desk.flatplan.came(issue, placed, entry, say.isBack);
      this.#layOut(issue);
    } catch (thrown) {
      const { message, hint } = this.#seen(thrown);
      this.#desk.notices.error(message, hint);
    }
  }

  #show(issue: string, fields: AdFields, file: File | null): void {
    this.#issue = issue;
    this.fields = fields;
    this.file = file;
    this.failure = null;
    this.pictures = [];
    const shown = this.fields;
    void this.#platform.call("mediaFolder", { issue }).then(
      (media) => {
        if (this.fields === shown) this.pictures = media.map(({ file }) => file);
      },
      // A file can be chosen all the same.
      () => {},
    );
  }

  #close(): void {
    this.fields = null;
    this.file = null;
    this.failure = null;
  }

  #missing({ picture, alt, advertiser }: AdFields): keyof typeof say.faults | null {
    if (picture === "" && this.file === null) return "picture";
    return alt.trim() === "" ? "alt" : advertiser.trim() === "" ? "advertiser" : null;
  }

  #refuse(message: string, place: string | null): void {
    this.failure = { code: "refused", message, hint: null, place };
  }

  /** Puts the chosen file into the issue. */
  async #add(issue: string, fields: AdFields): Promise<void> {
    const { file } = this;
    if (file === null) return;
    const handed = await this.#platform.handOver(file);
    fields.picture = (await this.#platform.call("addPicture", { issue, file: handed })).file;
    if (this.file === file) this.file = null;
  }

  /** Behind the entry that the keys are at; nothing when they are at none. */
  #placeNow(): PlaceInOrder | null {
    const [current, place] = [this.#current, this.#desk.flatplan.place];
    if (current === null || place === null) return null;
    return { ...place, at: current.kind === "back-cover" ? place.at : place.at + 1 };
  }

  #layOut(issue: string): void {
    if (this.#desk.issue?.line.id === issue) this.#desk.layOutAgain();
  }

  /** Why something failed; what another program wrote is on the board the next time. */
  #seen(thrown: unknown): Failure {
    const failure = failureOf(thrown);
    if (failure.code === "changed-outside") this.#desk.layOutAgain();
    return failure;
  }
}
