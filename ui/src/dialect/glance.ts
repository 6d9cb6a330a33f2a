// What the window shows about a text without understanding all of it: words, minutes, headings.
import type { Text } from "@codemirror/state";

export interface Heading {
  readonly level: number;
  readonly text: string;
  /** Offset of the line. */
  readonly from: number;
}

export interface Glance {
  readonly words: number;
  readonly minutes: number;
  readonly headings: readonly Heading[];
}

/** Words a minute, of silent reading (Brysbaert 2019, non-fiction in English). */
const READING_PACE = 238;
const LETTER = /[\p{L}\p{N}]/u;

const PICTURE = /!\[[^\]]*\]\([^\s")]*(?:\s+"((?:[^"\\]|\\.)*)")?\s*\)(?:\{[^}]*\})?/g;

export function glanceAt(doc: Text): Glance {
  const headings: Heading[] = [];
  let words = 0;
  let offset = 0;
  let fence: string | null = null;
  const body = frontMatterLines(doc);
  let number = 0;
  for (const line of doc.iterLines()) {
    number += 1;
    const from = offset;
    offset += line.length + 1;
    if (number <= body) continue;
    const mark: string | undefined = /^\s*(```+|~~~+)/.exec(line)?.[1];
    if (fence !== null) {
      if (mark?.startsWith(fence)) fence = null;
      continue;
    }
    if (mark !== undefined) {
      fence = mark;
      continue;
    }
    const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*(\{[^}]*\})?\s*$/.exec(line);
    if (heading) headings.push({ level: heading[1]!.length, text: plain(heading[2]!), from });
    words += wordsIn(plain(line));
  }
  return { words, minutes: Math.max(1, Math.round(words / READING_PACE)), headings };
}

/** As the desk counts: what stands between spaces and has a letter or a figure. */
const wordsIn = (text: string): number => text.split(/\s+/).filter((word) => LETTER.test(word)).length;

/** Lines of front matter on top, its fences included; 0 when there is none. */
export function frontMatterLines(doc: Text): number {
  if (!/^\ufeff?---\s*$/.test(doc.line(1).text)) return 0;
  for (let number = 2; number <= doc.lines; number++) {
    if (/^(---|\.\.\.)\s*$/.test(doc.line(number).text)) return number;
  }
  return 0;
}

/**
 * A line without its marks: link targets, attributes, callout and footnote names, numbers of a list, comments,
 * emphasis. Of a picture its caption stays, which is printed; what it shows is not.
 */
function plain(line: string): string {
  return line
    .replace(/<!--.*?-->/g, "")
    .replace(/\[!\w+\]/g, "")
    .replace(/\[\^[^\]]*\]:?/g, "")
    .replace(/^[\s>]*\d+[.)]\s/, "")
    .replace(PICTURE, "$1")
    .replace(/(\]\([^)]*\))(\{[^}]*\})?/g, "]")
    .replace(/^:::.*$/, "")
    .replace(/[*_`~[\]]/g, "")
    .replace(/\|/g, " ");
}
