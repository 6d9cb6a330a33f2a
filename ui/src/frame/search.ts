// What the palette finds for a few typed letters.

export interface Entry {
  readonly id: string;
  readonly label: string;
  readonly group: string;
  readonly keys: string | null;
  /** Found only when a number is typed: pages, of which there are too many to leaf through here. */
  readonly numbered?: boolean;
  readonly run: () => void;
}

const fold = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** The entries that hold every typed word, those that begin with it first; all of them when nothing is typed. */
export function find(entries: readonly Entry[], typed: string): readonly Entry[] {
  const asked = fold(typed).split(/\s+/).filter(Boolean);
  const plausible = entries.filter(({ numbered }) => !numbered || /\d/.test(typed));
  if (asked.length === 0) return plausible;
  return plausible
    .map((entry) => ({ entry, weight: weigh(fold(entry.label), asked) }))
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ entry }) => entry);
}

function weigh(label: string, asked: readonly string[]): number {
  let weight = 0;
  for (const word of asked) {
    const at = label.indexOf(word);
    if (at < 0) return 0;
    weight += at === 0 ? 3 : /\s/.test(label[at - 1]!) ? 2 : 1;
  }
  return weight;
}
