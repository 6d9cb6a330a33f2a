// A picture on its way into a text: pasted or dropped, then described, then in the issue's media folder and in the text.
// Nothing is written anywhere until it was described: who changes their mind leaves nothing behind.
import type { Failure } from "../platform/bindings/Failure";
import { failureOf, type Platform } from "../platform/seam";
import type { Manuscript } from "./manuscript.svelte";

/** How wide a picture stands on its page, as the dialect writes it. */
export const WIDTHS = ["column", "wide", "full", "page"] as const;
export type Width = (typeof WIDTHS)[number];

export interface Described {
  readonly alt: string;
  readonly caption: string;
  readonly credit: string;
  readonly width: Width;
}

export class Illustrating {
  /** The picture that is being described. */
  file = $state.raw<File | null>(null);
  failure = $state.raw<Failure | null>(null);
  busy = $state(false);
  #manuscript: Manuscript | null = null;
  #waiting: File[] = [];
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Asks for what has to be known of these pictures, one after the other. */
  begin(manuscript: Manuscript, files: readonly File[]): void {
    this.#manuscript = manuscript;
    this.#waiting.push(...files);
    if (this.file === null) this.#next();
  }

  /** The same with the picture on the clipboard, if there is one. */
  async beginFromClipboard(manuscript: Manuscript): Promise<void> {
    const file = await this.#platform.clipboardPicture().catch(() => null);
    if (file !== null) this.begin(manuscript, [file]);
  }

  /** Puts the picture into the issue and below the line with the cursor. */
  async place(described: Described): Promise<void> {
    const manuscript = this.#manuscript;
    if (this.file === null || manuscript === null) return;
    this.busy = true;
    this.failure = null;
    try {
      const file = await this.#platform.handOver(this.file);
      const added = await this.#platform.call("addPicture", { issue: manuscript.issue, file });
      manuscript.insert(written(added.file, described));
      this.#next();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    } finally {
      this.busy = false;
    }
  }

  /** Leaves this picture, and those that wait, where they came from. */
  leave(): void {
    this.#waiting = [];
    this.#next();
  }

  #next(): void {
    this.failure = null;
    this.file = this.#waiting.shift() ?? null;
  }
}

/** `![alt](media/tram.jpg "Caption"){.wide credit="Ana"}` */
export function written(file: string, { alt, caption, credit, width }: Described): string {
  const quoted = (text: string): string => oneLine(text).replace(/["\\]/g, "\\$&");
  const title = caption.trim() === "" ? "" : ` "${quoted(caption)}"`;
  // An attribute's value knows no backslash, so what would end it becomes a typographic mark.
  const by = credit.trim() === "" ? "" : ` credit="${oneLine(credit).replace(/"/g, "”")}"`;
  const tail = width === "column" && by === "" ? "" : `{.${width}${by}}`;
  return `![${oneLine(alt).replace(/[[\]\\]/g, "\\$&")}](${file}${title})${tail}`;
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();
