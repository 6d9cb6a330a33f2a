import { capital } from "../shared/sentence";
import { en, type Words } from "./en";
import { ro } from "./ro";

/** Under which the window keeps how its writer likes it. */
export const WINDOW_KEY = "masthead.window";

/** Every language by its own name. */
export const languages: Record<string, string> = { en: "English", ro: "Română" };
const spoken: Record<string, Words> = { en, ro };

/** What the window says, in the language of the person at it. Chosen as the window opens: another one opens it anew. */
export const words: Words = spoken[chosen()] ?? en;

/** The language that was chosen in the settings; before that, the system's. */
function chosen(): string {
  try {
    const kept = JSON.parse(localStorage.getItem(WINDOW_KEY) ?? "{}") as { language?: string };
    return kept.language ?? navigator.language.slice(0, 2);
  } catch {
    return "en";
  }
}

/** Dates are written as the words are: with the day before the month. */
const dates = words.locale === "en" ? "en-GB" : words.locale;

/** `12:04`, in the person's own zone. */
export function clock(at: Date): string {
  return at.toLocaleTimeString(dates, { hour: "2-digit", minute: "2-digit", hour12: false });
}

/** `7.2` */
export function megabytes(bytes: number): string {
  const value = bytes / 1_000_000;
  return value.toLocaleString(words.locale, { maximumFractionDigits: value < 10 ? 1 : 0 });
}

/** `22 Nov`, with its year where it is another one than this. */
export function day(at: string): string {
  const then = new Date(at);
  const year = then.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return then.toLocaleDateString(dates, { day: "numeric", month: "short", year });
}

/** `22 Nov 2026` */
export function date(at: string): string {
  return new Date(at).toLocaleDateString(dates, { dateStyle: "medium" });
}

/** `Tuesday 1 December`, with its year where it is another one than this. */
export function dayOf(at: string): string {
  const then = new Date(at);
  const year = then.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return then.toLocaleDateString(dates, { weekday: "long", day: "numeric", month: "long", year });
}

/** `December`, of 12 */
export const monthName = (month: number): string =>
  new Date(2000, month - 1, 1).toLocaleDateString(dates, { month: "long" });

/** The name behind a code of two or three letters; whatever else stands there stays as it is. */
function named(code: string, type: "language" | "region"): string {
  if (code === "") return "";
  try {
    return new Intl.DisplayNames([words.locale], { type }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** `Romanian`, of `ro`, within a sentence, where Romanian writes it small. */
export const languageWithin = (code: string): string => named(code, "language");

/** `Romanian`, of `ro`, standing alone. What is no code stays as somebody wrote it. */
export function languageName(code: string): string {
  const name = languageWithin(code);
  return name === code ? code : capital(name);
}

/** The languages of a text that Masthead knows words and rules of, by their codes and names. */
export const textLanguages = ["en", "en-GB", "en-US", "ro"].map(
  (code) => [code, languageName(code)] as const,
);

/** `Romania`, of `RO` */
export const country = (code: string): string => (/^[A-Z]{2}$/.test(code) ? named(code, "region") : code);

/** `22 Nov, 12:04:31`, where two of one minute have to be told apart. */
export function toTheSecond(at: string): string {
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false } as const;
  return `${day(at)}, ${new Date(at).toLocaleTimeString(dates, time)}`;
}

/** `22 Nov, 12:04` */
export function moment(at: string): string {
  return `${day(at)}, ${clock(new Date(at))}`;
}
