// What meets whoever comes to a publication: where they left off or were called to, what a crash interrupted, and the
// sends that wait for their hour.
import type { CalledView } from "../platform/bindings/CalledView";
import type { TextPlace } from "../platform/bindings/TextPlace";
import type { Platform } from "../platform/seam";
import { moment, words } from "../words";
import type { Desk } from "./desk.svelte";
import type { Bookmark } from "./kept";
import { Pause } from "./latest";
import { editionName } from "./naming";

/** Until then a start has more urgent questions than what waits in the mailings. */
const MAILINGS_AFTER_MS = 3000;

export class Arrival {
  readonly #desk: Desk;
  readonly #platform: Platform;
  readonly #mailings = new Pause(() => void this.#tellOfScheduled(), MAILINGS_AFTER_MS);

  constructor(desk: Desk, platform: Platform) {
    this.#desk = desk;
    this.#platform = platform;
    platform.whenCalled(() => void this.#answer());
  }

  /** Where the publication in this folder opens: at the text that this start was called with, or as it was left. */
  enter(folder: string, called: CalledView | null): void {
    this.#desk.viewing.enter(folder);
    if (called?.text) this.#desk.viewing.keep(bookmarkOf(called.text));
  }

  /** Tells what happened while nobody looked, once the publication is on the screen. */
  tell(): void {
    void this.#tellOfInterruption();
    this.#mailings.touch();
  }

  /** The last window ended in the middle of the work: what it wrote is there, and what was there before can be had. */
  async #tellOfInterruption(): Promise<void> {
    const desk = this.#desk;
    const told = await desk.versions.interrupted();
    if (told === null) return;
    const look = async (): Promise<void> => {
      if (desk.issue?.line.id !== told.issue) await desk.openIssue(told.issue);
      await desk.openArticle(told.slug);
      if (desk.manuscript?.slug === told.slug) await desk.versions.open(desk.manuscript);
    };
    const { interrupted, interruptedHint, look: label } = words.versions;
    const message = interrupted(desk.titleOf(told.slug) ?? told.slug, moment(told.at));
    desk.notices.stay(message, interruptedHint, { label, run: () => void look() });
    void this.#toPages(told.slug);
    await desk.versions.setDown();
  }

  /** Where an article was being written is where its pages are looked for. */
  async #toPages(slug: string): Promise<void> {
    const { pages } = this.#desk;
    await pages.rest();
    if (this.#desk.manuscript?.slug === slug) pages.goToArticle(slug);
  }

  /** Sends that were set for an hour wait for it only where somebody says so, and this may be a new day. */
  async #tellOfScheduled(): Promise<void> {
    const { publication, deliveries, sending, notices } = this.#desk;
    await deliveries.refresh();
    for (const mailing of deliveries.scheduled) {
      const { edition, startsAt } = mailing;
      // One list serves every publication of this computer; each sends its own editions alone.
      const ours = publication?.issues.some(({ id }) => edition.startsWith(`${id}/`)) ?? false;
      if (!ours || startsAt === null || sending.runOf(edition, false) !== null) continue;
      const say = words.sending.scheduled;
      const run = (): void => sending.goOn(mailing);
      notices.stay(say.is(editionName(edition), moment(startsAt)), say.hint, { label: say.keep, run });
    }
  }

  /** The program was started again, and what that start was to open is opened here. */
  async #answer(): Promise<void> {
    const { viewing, welcome, notices } = this.#desk;
    const called = await this.#platform.called();
    if (called === null) return;
    const { folder, text } = called;
    if (folder === null) return text === null ? undefined : await this.#show(text);
    if (!(await this.#desk.departure.letGo())) return;
    if (text !== null) viewing.keepFor(folder, bookmarkOf(text));
    await welcome.open(folder);
    if (welcome.failure !== null) notices.error(welcome.failure.message, welcome.failure.hint);
  }

  async #show({ issue, name, edition }: TextPlace): Promise<void> {
    const { viewing, newsletter } = this.#desk;
    if (this.#desk.issue?.line.id !== issue) await this.#desk.openIssue(issue);
    if (!edition) {
      viewing.keep({ place: "pages" });
      return this.#desk.openArticle(name);
    }
    // The newsletter's place opens the edition that was open last.
    viewing.keep({ edition: `${issue}/${name}`, place: "newsletter" });
    if (newsletter.issue === issue) await newsletter.openEdition(`${issue}/${name}`);
  }
}

const bookmarkOf = ({ issue, name, edition }: TextPlace): Partial<Bookmark> =>
  edition
    ? { issue, edition: `${issue}/${name}`, place: "newsletter" }
    : { issue, article: name, place: "pages" };
