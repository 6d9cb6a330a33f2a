// What has to happen is waited for, not timed: a machine that has other things to do is given its time.
import { vi } from "vitest";

const LONG = 60_000;

/** Asks again until nothing is thrown any more. */
export const soon = <T>(check: () => T): Promise<T> => vi.waitFor(check, { timeout: LONG });
