// Made-up editions, and a sender that takes a moment for each person.
import type { DomainLine } from "../bindings/DomainLine";
import type { EditionPreview } from "../bindings/EditionPreview";
import type { KeyLine } from "../bindings/KeyLine";
import type { MailingView } from "../bindings/MailingView";
import type { SenderView } from "../bindings/SenderView";
import type { Work } from "../bindings/Work";
import type { WorkDone } from "../bindings/WorkDone";
import type { WorkStep } from "../bindings/WorkStep";
import { DeskFailure, type Method, type Params, type Result } from "../seam";

type MailMethod =
  | "editions"
  | "readEdition"
  | "saveEdition"
  | "newEdition"
  | "deleteEdition"
  | "putEditionBack"
  | "previewEdition"
  | "audience"
  | "mailings"
  | "deliveryMarks"
  | "deliveries"
  | "attempts"
  | "pauseMailing"
  | "cancelMailing"
  | "holdUncertain"
  | "course"
  | "checkDomain"
  | "signingKeys"
  | "makeSigningKey"
  | "sender"
  | "saveSender"
  | "relayPassword"
  | "keepPassword"
  | "forgetPassword"
  | "tryRelay"
  | "sendTest";
export type MailAnswers = { [M in MailMethod & Method]: (params: Params<M>) => Result<M> };

const TEXT = `---
subject: "Number 41: know the city before you wire it"
preheader: The audit issue
language: en
pdf: link
---
Dear {{ first_name }},

The winter issue is ready.

[[audit]]
`;
const STATES = [
  "queued",
  "sending",
  "retry",
  "accepted",
  "uncertain",
  "failed",
  "bounced",
  "cancelled",
  "excluded",
];

export class FakeMail {
  readonly editions = new Map([["2026-q4/launch", { text: TEXT, revision: 1 }]]);
  mailings: MailingView[] = [];
  people = 412;
  sender: SenderView = {
    name: "Smart City Magazine",
    address: "newsletter@example.org",
    replyTo: "",
    unsubscribe: "",
    relay: "smtp://127.0.0.1:2525",
    quota: "",
  };
  domain: DomainLine[] = [];
  keys: KeyLine[] = [];
  /** Where the relay's password is. */
  password: string | null = "missing";
  /** Tests that were sent, by their addresses. */
  readonly tests: string[] = [];
  /** Milliseconds that a step of a send takes. */
  delay = 0;
  /** What was sent, for tests. */
  readonly works: Work[] = [];
  #stop: "paused" | "cancelled" | null = null;

  async work(work: Work, told: (step: WorkStep) => void): Promise<WorkDone> {
    this.works.push(work);
    if (work.kind === "send") return this.#send(work, told);
    if (work.kind === "import") return this.#import(work.dryRun, told);
    return { kind: "written", path: "/data/exports/list.csv", people: 3 };
  }

  async #send(work: Work & { kind: "send" }, told: (step: WorkStep) => void): Promise<WorkDone> {
    this.#stop = null;
    const due = this.people;
    this.#put(mailingOf(work.edition, work.rehearse, "running", 0, due));
    if (work.at !== null) await this.#wait(work.at, told);
    let accepted = 0;
    while (accepted < due && this.#stop === null) {
      accepted = Math.min(due, accepted + 100);
      told({
        kind: "sending",
        due,
        accepted,
        postponed: 0,
        refused: 0,
        uncertain: 0,
        trouble: null,
        waitsUntil: null,
        scheduled: false,
      });
      await new Promise((done) => setTimeout(done, this.delay));
    }
    const mailing = mailingOf(work.edition, work.rehearse, this.#stop ?? "finished", accepted, due);
    this.#put(mailing);
    return { kind: "sent", ...mailing };
  }

  /** Waits for the start of a send that was set, as long as nobody gives it up. */
  async #wait(at: string, told: (step: WorkStep) => void): Promise<void> {
    const nobody = { due: 0, accepted: 0, postponed: 0, refused: 0, uncertain: 0, trouble: null };
    told({ kind: "sending", ...nobody, waitsUntil: at, scheduled: true });
    while (this.#stop === null && Date.now() < Date.parse(at))
      await new Promise((done) => setTimeout(done, 20));
  }

  #put(mailing: MailingView): void {
    this.mailings = [mailing, ...this.mailings.filter(({ id }) => id !== mailing.id)];
  }

  async #import(dryRun: boolean, told: (step: WorkStep) => void): Promise<WorkDone> {
    told({ kind: "reading", rows: 5, share: 1 });
    const columns = [
      { heading: "E-mail", field: "email" },
      { heading: "Nume", field: "name" },
    ];
    return {
      kind: "imported",
      id: dryRun ? null : 1,
      rows: 5,
      new: 3,
      changed: 0,
      unchanged: 0,
      suppressed: 1,
      duplicates: 0,
      unreadable: 1,
      encoding: "UTF-8",
      columns,
      fields: ["email", "name", "city", "ignore"],
      findings: [
        { line: 4, code: "address-no-at", message: "there is no `@`: `<img src=x onerror=alert(1)>`" },
      ],
      found: 1,
    };
  }

  readonly answers: MailAnswers = {
    editions: () =>
      [...this.editions].map(([edition, { text }]) => ({
        edition,
        name: edition.split("/")[1]!,
        subject: subjectOf(text),
        state: this.mailings.find((one) => one.edition === edition && !one.rehearsal)?.state ?? null,
      })),
    readEdition: ({ edition }) => {
      const { text, revision } = this.editions.get(edition)!;
      return { text, revision: `${revision}` };
    },
    saveEdition: ({ edition, text, revision }) => {
      const known = this.editions.get(edition)!;
      if (`${known.revision}` !== revision) {
        const message = "the edition was changed by somebody else";
        throw new DeskFailure({ code: "changed-outside", message, hint: null, place: null });
      }
      this.editions.set(edition, { text, revision: known.revision + 1 });
      return { revision: `${known.revision + 1}` };
    },
    newEdition: ({ edition }) => {
      if (this.editions.has(edition)) {
        const message = `\`${edition}\` exists already`;
        throw new DeskFailure({ code: "exists", message, hint: null, place: null });
      }
      this.editions.set(edition, { text: TEXT, revision: 1 });
      return `issues/${edition}.md`;
    },
    deleteEdition: ({ edition }) => this.editions.delete(edition),
    putEditionBack: ({ edition, text }) => {
      this.editions.set(edition, { text, revision: 1 });
      return true;
    },
    previewEdition: ({ text, to }) => previewOf(text, to),
    audience: () => ({
      people: this.people,
      excluded: [
        { name: "unsubscribed", people: 5 },
        { name: "bounced", people: 4 },
      ],
      frozen: false,
      relay: this.sender.relay.split("//")[1] ?? "",
    }),
    mailings: () => this.mailings,
    deliveryMarks: ({ state, every }) => {
      const all = this.#deliveries(state);
      const marks = all.filter((_, index) => (index + 1) % every === 0 && index + 1 < all.length);
      return { deliveries: all.length, marks: marks.map(({ id }) => id) };
    },
    deliveries: ({ state, after, limit }) => ({
      deliveries: this.#deliveries(state)
        .filter(({ id }) => id > (after ?? 0))
        .slice(0, limit),
    }),
    attempts: () => [
      {
        at: "2026-11-22T10:00:00Z",
        stage: "recipient",
        code: 550,
        text: "<script>alert(1)</script>",
        outcome: "refused",
      },
    ],
    pauseMailing: ({ edition, rehearsal }) => this.#steer("paused", edition, rehearsal),
    cancelMailing: ({ edition, rehearsal }) => this.#steer("cancelled", edition, rehearsal),
    holdUncertain: ({ edition, rehearsal }) => this.#steer("paused", edition, rehearsal),
    sender: () => this.sender,
    saveSender: ({ sender }) => (this.sender = sender),
    course: () => [],
    checkDomain: () => this.domain,
    signingKeys: () => ({ domain: "example.org", keys: this.keys }),
    makeSigningKey: () => {
      this.keys = ["masthead", "masthead-ed25519"].map(keyOf);
      return { domain: "example.org", keys: this.keys };
    },
    relayPassword: () => this.password,
    keepPassword: () => (this.password = "keyring"),
    forgetPassword: () => {
      this.password = "missing";
      return true;
    },
    tryRelay: () => {
      if (this.password !== "missing") return true;
      const message = "`mail.example.org:587` refused the sign-in: 535 <b>no</b>";
      throw new DeskFailure({
        code: "relay-sign-in",
        message,
        hint: "many want an app password",
        place: null,
      });
    },
    sendTest: ({ to }) => {
      this.tests.push(to);
      return "250 2.0.0 queued";
    },
  };

  #steer(how: "paused" | "cancelled", edition: string, rehearsal: boolean): MailingView {
    this.#stop = how;
    return mailingOf(edition, rehearsal, how, 0, this.people);
  }

  #deliveries(state: string | null) {
    const all = Array.from({ length: this.people }, (_, index) => ({
      id: index + 1,
      address: `reader${index}@example.org`,
      state: index % 20 === 3 ? "failed" : "accepted",
      reason: null,
      attempts: 1,
      code: index % 20 === 3 ? 550 : 250,
      text: index % 20 === 3 ? '5.1.1 no such user <img src=x onerror="alert(1)">' : "2.0.0 Ok",
      due: null,
      changed: "2026-11-22T10:00:00Z",
    }));
    return all.filter((one) => state === null || one.state === state);
  }
}

const keyOf = (selector: string): KeyLine => ({
  selector,
  used: false,
  record: {
    name: `${selector}._domainkey.example.org`,
    kind: "TXT",
    value: `v=DKIM1; k=rsa; p=${"MIIBIjANBgkqhkiG9w0B".repeat(selector === "masthead" ? 19 : 2)}`,
  },
});

const subjectOf = (text: string): string => /subject: "?(.*?)"?$/m.exec(text)?.[1] ?? "";

function previewOf(text: string, to: string | null): EditionPreview {
  const subject = subjectOf(text);
  const safe = (words: string): string => words.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const body = text.split("---").at(-1) ?? "";
  const html = `<!doctype html><html><head><style>@media (prefers-color-scheme: dark) { body { background: #12263a; color: #fff } }</style></head><body style="font-family: serif; padding: 24px"><img src="cid:head-1@2026-q4.masthead" alt="The cover" width="552"><h1>${safe(subject)}</h1>${safe(body)}</body></html>`;
  const findings = body.includes("TK")
    ? [
        {
          code: "editors-mark",
          severity: "error",
          message: "`TK` is still in the text",
          hint: null,
          place: "issues/2026-q4/editions/launch.md:9:1",
          slug: null,
          byte: text.indexOf("TK"),
          end: text.indexOf("TK") + 2,
          fix: null,
        },
      ]
    : [];
  return {
    subject,
    preheader: "The audit issue",
    from: "Smart City Magazine <newsletter@example.org>",
    to: to ?? "newsletter@example.org",
    html,
    text: body,
    pictures: [{ cid: "head-1@2026-q4.masthead", hash: "1f", width: 600 }],
    findings,
    bytes: html.length,
    milliseconds: 4,
  };
}

function mailingOf(
  edition: string,
  rehearsal: boolean,
  state: string,
  sent: number,
  all: number,
): MailingView {
  const failed = Math.min(sent, 20);
  const people: Record<string, number> = {
    accepted: sent - failed,
    failed,
    [state === "cancelled" ? "cancelled" : "queued"]: all - sent,
    excluded: 9,
  };
  return {
    id: rehearsal ? 2 : 1,
    edition,
    rehearsal,
    state,
    pause:
      state === "paused"
        ? { code: "pause-asked", message: "paused by hand", hint: "nothing leaves until you resume" }
        : null,
    frozen: "2026-11-22T10:00:00Z",
    startsAt: null,
    candidates: all + 9,
    audience: all,
    counts: STATES.map((name) => ({ state: name, people: people[name] ?? 0 })),
    excluded: [
      { name: "unsubscribed", people: 5 },
      { name: "bounced", people: 4 },
    ],
    nextDue: null,
    secondCopies: 0,
  };
}
