// How the writer likes the window: kept on this computer, never in the publication.
import { WINDOW_KEY, words } from "../words";
import type { Step } from "./steps.svelte";

export type Zoom = "spread" | "page" | number;
export type Theme = "system" | "light" | "dark" | "contrast";

/** The two faces of an issue: its text beside its pages, and the flatplan. */
export type IssuePlace = "pages" | "flatplan";

/** What the room below the top bar shows. */
export type Place = IssuePlace | "newsletter" | "subscribers" | "deliveries" | "settings";

/** The places of the rail; an issue is one of them, with whichever face it last had. */
export type Room = "issues" | Exclude<Place, IssuePlace>;
export const ROOMS: readonly Room[] = ["issues", "newsletter", "subscribers", "deliveries", "settings"];

interface Kept {
  theme: Theme;
  zoom: Zoom;
  follow: boolean;
  sideWidth: number;
  pagesShare: number;
  previewShare: number;
  place: Place;
  issuePlace: IssuePlace;
  preflight: boolean;
  grid: boolean;
  trim: boolean;
  /** What the last export was for. */
  targets: readonly string[];
  issue: string | null;
  article: string | null;
  edition: string | null;
  /** Seconds in which a send can be taken back. */
  outbox: number;
  /** What the window speaks. */
  language: string;
  /** Whether the first steps stand beside the work, and which of them are done. */
  stepsShown: boolean;
  steps: readonly Step[];
  /** Where a test of an edition goes. */
  testTo: string;
}

const KEY = WINDOW_KEY;
export const ZOOM_STEPS = [25, 33, 50, 67, 80, 100, 125, 150, 200] as const;

export class Viewing {
  kept = $state<Kept>({
    theme: "system",
    zoom: "spread",
    follow: true,
    sideWidth: 252,
    pagesShare: 0.46,
    previewShare: 0.56,
    place: "pages",
    issuePlace: "pages",
    preflight: false,
    grid: false,
    trim: false,
    targets: ["screen"],
    issue: null,
    article: null,
    edition: null,
    outbox: 60,
    language: words.locale,
    stepsShown: false,
    steps: [],
    testTo: "",
  });
  /** Text and nothing else. */
  focus = $state(false);
  palette = $state(false);
  shortcuts = $state(false);
  /** Whether the list of what is under way is on the screen. */
  tray = $state(false);
  /** The zoom that is on the screen now, in percent; set by the pages. */
  percent = $state(100);
  #storage: Storage | null;

  constructor(storage: Storage | null) {
    this.#storage = storage;
    try {
      Object.assign(this.kept, JSON.parse(storage?.getItem(KEY) ?? "{}"));
    } catch {
      // Somebody else's note under our name: the defaults are as good.
    }
  }

  get room(): Room {
    return isOfIssue(this.kept.place) ? "issues" : this.kept.place;
  }

  /** Goes to a place of the rail. */
  go(room: Room): void {
    this.keep({ place: room === "issues" ? this.kept.issuePlace : room });
  }

  keep(change: Partial<Kept>): void {
    Object.assign(this.kept, change);
    if (isOfIssue(this.kept.place)) this.kept.issuePlace = this.kept.place;
    this.#storage?.setItem(KEY, JSON.stringify(this.kept));
  }

  toggleTheme(systemIsDark: boolean): void {
    const dark = this.kept.theme === "system" ? systemIsDark : this.kept.theme === "dark";
    this.keep({ theme: dark ? "light" : "dark" });
  }

  zoomBy(direction: 1 | -1): void {
    const now = this.percent;
    const next =
      direction > 0
        ? ZOOM_STEPS.find((step) => step > now + 1)
        : ZOOM_STEPS.findLast((step) => step < now - 1);
    if (next !== undefined) this.keep({ zoom: next });
  }
}

function isOfIssue(place: Place): place is IssuePlace {
  return place === "pages" || place === "flatplan";
}
