// A command: one thing the window can do. Buttons, the palette, the keys and the help all read the same list.

export interface Command {
  readonly id: string;
  readonly label: string;
  readonly group: string;
  /** `Mod-Shift-k`; Mod is Ctrl, and Command on a Mac. */
  readonly keys?: string;
  /** The editor deals with these keys itself, so they work as everywhere in other fields. */
  readonly ownKeys?: boolean;
  readonly enabled: () => boolean;
  readonly run: () => void;
}

const MAC = typeof navigator !== "undefined" && /mac/i.test(navigator.userAgent);

/** Keys that are read as a sign. */
const SIGNS: Readonly<Record<string, string>> = { "-": "−", ArrowLeft: "←", ArrowRight: "→" };

/** `Ctrl+Shift+K`, as people write it. */
export function keysText(keys: string): string {
  return (
    keys
      .split(/-(?=.)/)
      .map((key) => (key === "Mod" ? (MAC ? "⌘" : "Ctrl") : key.length === 1 ? key.toUpperCase() : key))
      .map((key) => SIGNS[key] ?? key)
      .join(MAC ? "" : "+")
      // The sign that is a key stands apart from the one that joins them.
      .replace(/\+([+−])$/, "+\u2009$1")
  );
}

export function matches(keys: string, event: KeyboardEvent): boolean {
  const parts = keys.split(/-(?=.)/);
  const key = parts.at(-1)!;
  const mod = MAC ? event.metaKey : event.ctrlKey;
  return (
    mod === parts.includes("Mod") &&
    event.altKey === parts.includes("Alt") &&
    // A sign that needs Shift on some keyboards is the sign, whatever it took.
    (event.shiftKey === parts.includes("Shift") || /^[^a-z0-9]$/i.test(key)) &&
    (event.key.toLowerCase() === key.toLowerCase() || (key === "+" && event.key === "="))
  );
}

/** Runs the command with these keys; answers whether there was one. */
export function runByKeys(commands: readonly Command[], event: KeyboardEvent): boolean {
  const command = commands.find(
    ({ keys, ownKeys }) => keys !== undefined && !ownKeys && matches(keys, event),
  );
  if (command === undefined) return false;
  if (command.enabled()) command.run();
  return true;
}
