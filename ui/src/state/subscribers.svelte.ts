// The list as the desk looks at it: found as one types, paged from anywhere, one person at a time.
import type { DossierView } from "../platform/bindings/DossierView";
import type { Failure } from "../platform/bindings/Failure";
import type { PeopleFilter } from "../platform/bindings/PeopleFilter";
import type { PersonFields } from "../platform/bindings/PersonFields";
import type { PersonLine } from "../platform/bindings/PersonLine";
import { failureOf, type Platform } from "../platform/seam";
import { words } from "../words";
import type { Awaited } from "./awaited.svelte";
import { Importing } from "./importing.svelte";
import type { Jobs } from "./jobs.svelte";
import { Pause } from "./latest";
import { lastPart } from "./naming";
import type { Notices } from "./notices.svelte";
import { Paged } from "./paged.svelte";

const SEARCH_AFTER_MS = 160;
export const NOBODY: PersonFields = {
  address: "",
  name: "",
  firstName: "",
  city: "",
  country: "",
  language: "",
  organisation: "",
  tags: [],
};

export class Subscribers {
  filter = $state<PeopleFilter>({ text: "", status: null, segment: "" });
  /** The address whose page is open. */
  open = $state<string | null>(null);
  dossier = $state.raw<DossierView | null>(null);
  /** Whether what came back is on the screen in place of the list. */
  returns = $state(false);
  /** Whether a new person is being written down. */
  adding = $state(false);
  readonly table = new Paged<PersonLine, string>();
  readonly importing: Importing;
  readonly #platform: Platform;
  readonly #jobs: Jobs;
  readonly #notices: Notices;
  readonly #awaited: Awaited;
  readonly #search = new Pause(() => void this.load(), SEARCH_AFTER_MS);

  constructor(platform: Platform, jobs: Jobs, notices: Notices, awaited: Awaited) {
    this.#platform = platform;
    this.#jobs = jobs;
    this.#notices = notices;
    this.#awaited = awaited;
    this.importing = new Importing(platform, jobs, notices, async () => {
      // Who came with it may have to be asked first.
      void awaited.load();
      await this.load();
    });
  }

  get filtered(): boolean {
    const { text, status, segment } = this.filter;
    return text.trim() !== "" || status !== null || segment.trim() !== "";
  }

  async load(): Promise<void> {
    const filter = $state.snapshot(this.filter);
    await this.table.open({
      marks: async (every) => {
        const { people, marks } = await this.#platform.call("peopleMarks", { filter, every });
        return { total: people, marks };
      },
      rows: async (after, limit) => (await this.#platform.call("people", { filter, after, limit })).people,
    });
  }

  find(change: Partial<PeopleFilter>): void {
    Object.assign(this.filter, change);
    this.#search.touch();
  }

  /** Shows a person's page. */
  async look(address: string | null): Promise<void> {
    this.open = address;
    this.adding = false;
    if (address === null) this.dossier = null;
    else await this.#ask(address);
  }

  async add(person: PersonFields, source: string, basis: string): Promise<Failure | null> {
    return this.#write(async () => {
      const added = await this.#platform.call("addPerson", { person, source, basis });
      if (added === "suppressed") {
        const message = words.subscribers.isSuppressed(person.address);
        throw new Error(message);
      }
      this.#notices.info(words.subscribers.added[added] ?? added);
      await this.look(person.address);
    });
  }

  edit(person: PersonFields): Promise<Failure | null> {
    return this.#write(async () => {
      await this.#platform.call("editPerson", { person });
      this.#notices.info(words.subscribers.saved);
      await this.#ask(person.address);
    });
  }

  note(address: string, text: string): Promise<Failure | null> {
    return this.#write(async () => {
      await this.#platform.call("notePerson", { address, text });
      await this.#ask(address);
    });
  }

  unsubscribe(address: string): Promise<Failure | null> {
    return this.#write(async () => {
      await this.#platform.call("unsubscribePerson", { address });
      await this.#ask(address);
    });
  }

  /** Writes down that they said yes to the desk itself. */
  confirm(address: string, evidence: string): Promise<Failure | null> {
    return this.#write(async () => {
      await this.#platform.call("confirmPerson", { address, evidence });
      this.#notices.info(words.awaited.confirmed(address));
      await this.#ask(address);
    });
  }

  erase(address: string): Promise<Failure | null> {
    return this.#write(async () => {
      await this.#platform.call("erasePerson", { address });
      this.#notices.info(words.subscribers.erased);
      await this.look(null);
    });
  }

  /** Writes the people found to a file. */
  async export(): Promise<void> {
    const job = this.#jobs.begin({ title: words.subscribers.exportJob });
    try {
      const work = { kind: "exportPeople", filter: $state.snapshot(this.filter) } as const;
      const done = await this.#platform.work(job.id, work, () => {});
      if (done.kind !== "written") return;
      const name = lastPart(done.path);
      const said = words.written(done.people, name);
      job.end("done", said);
      const run = (): void => void this.#platform.revealList(name).catch((thrown) => this.#report(thrown));
      this.#notices.done(said, { label: words.exporting.folder, run });
    } catch (thrown) {
      job.end("failed", failureOf(thrown).message);
      this.#report(thrown);
    }
  }

  async #ask(address: string): Promise<void> {
    try {
      const dossier = await this.#platform.call("person", { address });
      if (this.open === address) this.dossier = dossier;
    } catch (thrown) {
      this.#report(thrown);
    }
  }

  /** Does it, then shows the list as it is now; answers why it could not. */
  async #write(change: () => Promise<void>): Promise<Failure | null> {
    try {
      await change();
      void this.table.again();
      void this.#awaited.load();
      return null;
    } catch (thrown) {
      return failureOf(thrown);
    }
  }

  #report(thrown: unknown): void {
    const { message, hint } = failureOf(thrown);
    this.#notices.error(message, hint);
  }
}
