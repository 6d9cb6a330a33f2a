// How the states of deliveries are shown: in which order, and in which colour.
import type { DeliveryLine } from "../platform/bindings/DeliveryLine";
import type { StateCount } from "../platform/bindings/StateCount";

/** What came to an end first, good before bad, then who was never meant, then what is open: the first part grows. */
const ORDER = [
  "accepted",
  "uncertain",
  "failed",
  "bounced",
  "expired",
  "cancelled",
  "excluded",
  "retry",
  "sending",
  "queued",
];

export const colourOf = (state: string): string => `var(--state-${ORDER.includes(state) ? state : "queued"})`;

/** Whether anything happened to a copy yet: one that waits for its first try has no time to show. */
export const begun = ({ state, attempts }: Pick<DeliveryLine, "state" | "attempts">): boolean =>
  state !== "queued" || attempts > 0;

/** The states that somebody is in, in the order to show them. */
export function shown(counts: readonly StateCount[]): readonly StateCount[] {
  const place = ({ state }: StateCount): number => ORDER.indexOf(state);
  return counts.filter(({ people }) => people > 0).toSorted((a, b) => place(a) - place(b));
}
