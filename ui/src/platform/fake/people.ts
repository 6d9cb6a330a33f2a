// A made-up list, and the answers that come from it.
import type { BackupLine } from "../bindings/BackupLine";
import type { PeopleFilter } from "../bindings/PeopleFilter";
import type { PersonLine } from "../bindings/PersonLine";
import type { ReturnLine } from "../bindings/ReturnLine";
import type { WaiterLine } from "../bindings/WaiterLine";
import type { WorkDone } from "../bindings/WorkDone";
import type { WorkStep } from "../bindings/WorkStep";
import type { Method, Params, Result } from "../seam";

type PeopleMethod =
  | "peopleMarks"
  | "people"
  | "countPeople"
  | "person"
  | "addPerson"
  | "editPerson"
  | "unsubscribePerson"
  | "erasePerson"
  | "notePerson"
  | "segments"
  | "saveSegment"
  | "removeSegment"
  | "returns"
  | "returnReport"
  | "undoReturn"
  | "awaitedPeople"
  | "confirmPerson"
  | "backups"
  | "backUp"
  | "restore"
  | "imports"
  | "undoImport";
export type PeopleAnswers = {
  [M in PeopleMethod & Method]: (params: Params<M>) => Result<M>;
};

const PAST = {
  id: 1,
  at: "2026-11-22T09:00:00Z",
  fileName: "list.csv",
  source: "conference",
  new: 3,
  changed: 1,
};
const ASKED = "2026-11-22T10:00:00Z";
const CITIES = ["Cluj-Napoca", "București", "Iași", "Vienna", "Tallinn"];
const NAMES = ["Ana Pop", "Ion Ionescu", "Maria Radu", "Karl Huber", "Tiina Tamm"];

const isDue = ({ asks, refused }: WaiterLine): boolean => asks === 0 && refused === null;

export class FakePeople {
  list: PersonLine[];
  undone: number[] = [];
  copies: BackupLine[] = [];
  waiters: WaiterLine[] = [];
  /** Passes before each question goes out. */
  between: () => Promise<void> = () => Promise.resolve();
  /** Whether somebody wants no further question to go out. */
  stopped = false;
  readonly evidence: string[] = [];
  readonly notes: { address: string; text: string; at: string }[] = [];
  readonly segments = new Map([["press", 'tag = "press"']]);
  returned: ReturnLine[] = [returnOf(2, "hard_bounce"), returnOf(1, "unsubscribe")];

  constructor(count = 520) {
    this.list = Array.from({ length: count }, (_, index) => person(index));
  }

  /** Asks everybody whose turn it is. */
  async invite(told: (step: WorkStep) => void): Promise<WorkDone> {
    this.stopped = false;
    const due = this.waiters.filter(isDue);
    let asked = 0;
    for (const { id } of due) {
      told({ kind: "asking", asked, of: due.length });
      await this.between();
      if (this.stopped) break;
      this.waiters = this.waiters.map((one) => (one.id === id ? { ...one, asks: 1, asked: ASKED } : one));
      asked += 1;
    }
    const stopped = asked < due.length;
    return { kind: "invited", asked, refused: 0, uncertain: 0, postponed: 0, later: null, stopped };
  }

  readonly answers: PeopleAnswers = {
    peopleMarks: ({ filter, every }) => {
      const found = this.#find(filter);
      const marks = found.filter((_, index) => (index + 1) % every === 0 && index + 1 < found.length);
      return { people: found.length, marks: marks.map(({ address }) => address) };
    },
    people: ({ filter, after, limit }) => {
      const found = this.#find(filter).filter(({ address }) => after === null || address > after);
      return { people: found.slice(0, limit) };
    },
    awaitedPeople: ({ after }) => {
      const rest = this.waiters.filter(({ id }) => after === null || id > after);
      const due = this.waiters.filter(isDue).length;
      return { waiting: this.waiters.length, due, people: rest.slice(0, 100), more: rest.length > 100 };
    },
    confirmPerson: ({ address, evidence }) => {
      this.evidence.push(`${address}: ${evidence}`);
      this.waiters = this.waiters.filter((one) => one.address !== address);
      return true;
    },
    countPeople: ({ filter }) => this.#find(filter).length,
    person: ({ address }) => ({
      subscriber: this.list.find((one) => one.address === address) ?? null,
      consents: [
        {
          given: null,
          how: "import",
          wording: "asked for it",
          source: "sample",
          evidence: "list.csv line 3",
        },
      ],
      awaited: this.waiters.find((one) => one.address === address) ?? null,
      suppression: null,
      notes: this.notes.filter((note) => note.address === address),
      history: [
        { at: "2026-02-01T10:00:00Z", source: "desk", field: "city", before: "Iași", after: "Cluj-Napoca" },
      ],
      copies: [
        { edition: "2026-q3/launch", rehearsal: false, state: "accepted", changed: "2026-08-20T10:00:00Z" },
      ],
    }),
    notePerson: ({ address, text }) => {
      this.notes.push({ address, text, at: "2026-11-22T10:00:00Z" });
      return true;
    },
    segments: () => [...this.segments].map(([name, expression]) => ({ name, expression, people: 12 })),
    saveSegment: ({ name, expression }) => {
      this.segments.set(name, expression);
      return true;
    },
    removeSegment: ({ name }) => this.segments.delete(name),
    returns: ({ kind, before }) => {
      const found = this.returned.filter((one) => kind === null || one.kind === kind);
      return { returns: found.filter(({ id }) => before === null || id < before), more: false };
    },
    returnReport: ({ id }) => `Return ${id}\n<img src=x onerror=alert(1)>`,
    undoReturn: ({ id }) => {
      this.returned = this.returned.map((one) =>
        one.id === id ? { ...one, suppressed: false, undone: "2026-11-22T11:00:00Z" } : one,
      );
      return "mailable";
    },
    addPerson: ({ person: fields }) => {
      const known = this.list.some(({ address }) => address === fields.address);
      const line = { id: 9000, status: "active", role: false, since: "2026-11-22T10:00:00Z", ...fields };
      this.list = [...this.list.filter(({ address }) => address !== fields.address), line];
      return known ? "changed" : "new";
    },
    editPerson: ({ person: fields }) => {
      this.list = this.list.map((line) => (line.address === fields.address ? { ...line, ...fields } : line));
      return true;
    },
    unsubscribePerson: ({ address }) => {
      this.list = this.list.map((line) =>
        line.address === address ? { ...line, status: "unsubscribed" } : line,
      );
      return true;
    },
    erasePerson: ({ address }) => {
      this.list = this.list.filter((line) => line.address !== address);
      return true;
    },
    backups: () => this.copies,
    backUp: () => {
      const name = `copy-${this.copies.length + 1}`;
      return (this.copies = [
        { name, why: "asked", made: "2026-11-22T10:00:00Z", people: this.list.length, megabytes: 1.2 },
        ...this.copies,
      ]);
    },
    restore: () => ({ people: this.list.length, before: null, suppressions: 0, mailings: 0, paused: 0 }),
    imports: () => (this.undone.includes(1) ? [] : [PAST]),
    undoImport: ({ id }) => {
      this.undone.push(id);
      return { removed: 3, restored: 1, kept: 0 };
    },
  };

  #find({ text, status }: PeopleFilter): PersonLine[] {
    const asked = text.trim().toLowerCase();
    return this.list
      .filter((one) => status === null || one.status === status)
      .filter(({ address, name }) => `${address} ${name}`.toLowerCase().includes(asked))
      .toSorted((a, b) => (a.address < b.address ? -1 : 1));
  }
}

function returnOf(id: number, kind: string): ReturnLine {
  return {
    id,
    kind,
    source: "inbox",
    knownBy: "message_id",
    guessed: false,
    address: `reader0000${id}@example.org`,
    edition: "2026-q3/launch",
    happened: "2026-08-21T09:00:00Z",
    words: "550 5.1.1 nobody here",
    suppressed: true,
    undone: null,
  };
}

function person(index: number): PersonLine {
  return {
    id: index + 1,
    status: index % 9 === 0 ? "unsubscribed" : index % 31 === 0 ? "bounced" : "active",
    role: index % 40 === 7,
    since: "2026-01-12T10:00:00Z",
    address: `reader${String(index).padStart(5, "0")}@example.org`,
    name: NAMES[index % NAMES.length]!,
    firstName: NAMES[index % NAMES.length]!.split(" ")[0]!,
    city: CITIES[index % CITIES.length]!,
    country: index % 5 < 3 ? "RO" : "AT",
    language: index % 5 < 3 ? "ro" : "en",
    organisation: "",
    tags: index % 7 === 0 ? ["press"] : [],
  };
}
