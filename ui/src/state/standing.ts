// Where the mailing of an edition stands, in one word for its card and its preview.
import type { EditionLine } from "../platform/bindings/EditionLine";
import type { MailingView } from "../platform/bindings/MailingView";
import type { Sending } from "./sending.svelte";

export interface Standing {
  /**
   * As the ledger calls it; `leaving`: it can still be taken back; `scheduled`: this window waits for its hour; `set`:
   * none does yet; `unfinished`: begun, and not under way in this window.
   */
  readonly state: string;
  /** When it starts, where that is still to come. */
  readonly startsAt: string | null;
}

/** What its main button does: send it, look how it goes or waits, go on with it, or look what became of it. */
export type Way = "send" | "look" | "scheduled" | "goOn" | "report";

const WAYS: Readonly<Record<string, Way>> = {
  leaving: "look",
  running: "look",
  scheduled: "scheduled",
  finished: "report",
  cancelled: "report",
};

export const wayOf = (standing: Standing | null): Way =>
  standing === null ? "send" : (WAYS[standing.state] ?? "goOn");

/** Nothing for an edition that was never sent. */
export function standingOf(
  { edition, state }: EditionLine,
  sending: Sending,
  mailing: MailingView | null,
): Standing | null {
  if (sending.leaving(edition)) return { state: "leaving", startsAt: null };
  const run = sending.runOf(edition, false);
  if (run !== null) {
    const { startsAt } = run;
    return { state: startsAt === null ? "running" : "scheduled", startsAt };
  }
  const startsAt = mailing?.startsAt ?? null;
  if (state === "running" && startsAt !== null) return { state: "set", startsAt };
  return state === null ? null : { state: state === "running" ? "unfinished" : state, startsAt: null };
}
