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

/** `12:04`, in the person's own zone. */
export function clock(at: Date): string {
  return at.toLocaleTimeString(words.locale, { hour: "2-digit", minute: "2-digit", hour12: false });
}

/** `7.2` */
export function megabytes(bytes: number): string {
  const value = bytes / 1_000_000;
  return value.toLocaleString(words.locale, { maximumFractionDigits: value < 10 ? 1 : 0 });
}

/** `22 Nov` */
export function day(at: string): string {
  return new Date(at).toLocaleDateString(words.locale, { day: "numeric", month: "short" });
}

/** `22 Nov, 12:04` */
export function moment(at: string): string {
  return `${day(at)}, ${clock(new Date(at))}`;
}
