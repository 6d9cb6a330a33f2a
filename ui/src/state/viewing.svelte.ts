// How the writer likes the window, and where they are in it: kept on this computer, never in the publication.
import { WINDOW_KEY } from "../words";
import {
  type Bookmark,
  emptyNote,
  firstBookmark,
  firstLiking,
  type IssuePlace,
  type Liking,
  type Note,
  type Place,
  readNote,
  type Theme,
  WINDOW_ZOOMS,
  withCaret,
  withLast,
  writeNote,
} from "./kept";

export type { IssuePlace, Place, Theme, Zoom } from "./kept";

/** The places of the rail; an issue is one of them, with whichever face it last had. */
export type Room = "issues" | Exclude<Place, IssuePlace>;
export const ROOMS: readonly Room[] = ["issues", "newsletter", "subscribers", "deliveries", "settings"];

/** The panes of a room, where only one of them has space: what there is, its text, what it becomes. */
export type Pane = "list" | "text" | "pages";

/** Pixels below which a room has space for one pane alone, as in a window at 200 %. */
const NARROW = 820;

/** Whether a room of this width shows one pane alone; one that was not measured yet shows all. */
export const isNarrow = (width: number): boolean => width > 0 && width < NARROW;

/** Pixels from which a room has enough for its text, and what is left makes the pages larger. */
const WIDE = 1600;

/** How much of the room beside the list the pages get, until somebody decides it. */
export const usualPagesShare = (width: number): number => (width < WIDE ? 0.46 : 0.54);

const KEY = WINDOW_KEY;
export const ZOOM_STEPS = [25, 33, 50, 67, 80, 100, 125, 150, 200] as const;

export class Viewing {
  kept = $state<Liking & Bookmark>({ ...firstLiking(), ...firstBookmark() });
  /** The text across the window, without the list and the pages. */
  focus = $state(false);
  palette = $state(false);
  shortcuts = $state(false);
  /** The colours that are on the screen, whoever chose them. */
  face = $state<Exclude<Theme, "system">>("light");
  /** The pane that is shown where only one has space. */
  pane = $state<Pane>("text");
  /** Whether the list of what is under way is on the screen. */
  tray = $state(false);
  /** The zoom that is on the screen now, in percent; set by the pages. */
  percent = $state(100);
  /** The open publication's folder. */
  #folder: string | null = null;
  #note: Note;
  #storage: Storage | null;
  readonly #tell: (note: string) => void;

  /** Keeps its note in `storage`, which may be slow to reach the disk, and tells it to whoever is faster. */
  constructor(storage: Storage | null, tell: (note: string) => void = () => {}) {
    this.#storage = storage;
    this.#tell = tell;
    this.#note = this.#read();
    Object.assign(this.kept, this.#note.liking);
  }

  get room(): Room {
    return isOfIssue(this.kept.place) ? "issues" : this.kept.place;
  }

  /** Goes to a place of the rail. */
  go(room: Room): void {
    this.keep({ place: room === "issues" ? this.kept.issuePlace : room });
  }

  /** Goes back to where the writer last was in a publication. */
  enter(folder: string): void {
    this.#folder = folder;
    Object.assign(this.kept, this.#note.bookmarks[folder] ?? firstBookmark());
  }

  keep(change: Partial<Liking & Bookmark>): void {
    Object.assign(this.kept, change);
    if (isOfIssue(this.kept.place)) this.kept.issuePlace = this.kept.place;
    const { place, issuePlace, issue, article, edition, page, carets, ...liking } = $state.snapshot(
      this.kept,
    );
    const bookmark: Bookmark = { place, issuePlace, issue, article, edition, page, carets };
    this.#write({ liking, bookmarks: this.#with(this.#folder, bookmark) });
  }

  /** Lets a publication that is not open yet begin somewhere else than where the writer last was. */
  keepFor(folder: string, change: Partial<Bookmark>): void {
    const before = this.#note.bookmarks[folder] ?? firstBookmark();
    this.#write({ ...this.#note, bookmarks: this.#with(folder, { ...before, ...change }) });
  }

  caretOf(issue: string, slug: string): number | null {
    return this.kept.carets[`${issue}/${slug}`] ?? null;
  }

  keepCaret(issue: string, slug: string, caret: number): void {
    if (this.caretOf(issue, slug) !== caret) {
      this.keep({ carets: withCaret(this.kept.carets, `${issue}/${slug}`, caret) });
    }
  }

  toggleTheme(systemIsDark: boolean): void {
    const dark = this.kept.theme === "system" ? systemIsDark : this.kept.theme === "dark";
    this.keep({ theme: dark ? "light" : "dark" });
  }

  zoomBy(direction: 1 | -1): void {
    const next = stepFrom(ZOOM_STEPS, this.percent, direction);
    if (next !== undefined) this.keep({ zoom: next });
  }

  /** Makes the whole window larger or smaller, as a browser does. */
  zoomWindowBy(direction: 1 | -1): void {
    const next = stepFrom(WINDOW_ZOOMS, this.kept.windowZoom, direction);
    if (next !== undefined) this.keep({ windowZoom: next });
  }

  /** What was kept; what is no note is set aside under a name of its own. */
  #read(): Note {
    const text = this.#storage?.getItem(KEY) ?? null;
    const note = text === null ? emptyNote() : readNote(text);
    if (note !== null) return note;
    this.#storage?.setItem(`${KEY}.broken`, text!);
    this.#storage?.removeItem(KEY);
    return emptyNote();
  }

  #with(folder: string | null, bookmark: Bookmark): Note["bookmarks"] {
    const { bookmarks } = this.#note;
    return folder === null ? bookmarks : withLast(bookmarks, folder, bookmark);
  }

  #write(note: Note): void {
    this.#note = note;
    const text = writeNote(note);
    this.#storage?.setItem(KEY, text);
    this.#tell(text);
  }
}

function stepFrom(steps: readonly number[], now: number, direction: 1 | -1): number | undefined {
  return direction > 0 ? steps.find((step) => step > now + 1) : steps.findLast((step) => step < now - 1);
}

function isOfIssue(place: Place): place is IssuePlace {
  return place === "pages" || place === "flatplan";
}
