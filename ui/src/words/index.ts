import { en, type Words } from "./en";

/** What the window says, in the language of the person at it. */
export const words: Words = en;

/** `12:04`, in the person's own zone. */
export function clock(at: Date): string {
  return at.toLocaleTimeString(words.locale, { hour: "2-digit", minute: "2-digit", hour12: false });
}

/** `7.2` */
export function megabytes(bytes: number): string {
  const value = bytes / 1_000_000;
  return value.toLocaleString(words.locale, { maximumFractionDigits: value < 10 ? 1 : 0 });
}
