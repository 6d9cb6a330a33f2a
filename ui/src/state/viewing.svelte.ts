// How the writer likes the window: kept on this computer, never in the publication.

export type Zoom = "spread" | "page" | number;
export type Theme = "system" | "light" | "dark";

/** What the room below the top bar shows. */
export type Place = "pages" | "flatplan";

interface Kept {
  theme: Theme;
  zoom: Zoom;
  follow: boolean;
  sideWidth: number;
  pagesShare: number;
  place: Place;
  preflight: boolean;
  grid: boolean;
  trim: boolean;
  /** What the last export was for. */
  targets: readonly string[];
  issue: string | null;
  article: string | null;
}

const KEY = "masthead.window";
export const ZOOM_STEPS = [25, 33, 50, 67, 80, 100, 125, 150, 200] as const;

export class Viewing {
  kept = $state<Kept>({
    theme: "system",
    zoom: "spread",
    follow: true,
    sideWidth: 252,
    pagesShare: 0.46,
    place: "pages",
    preflight: false,
    grid: false,
    trim: false,
    targets: ["screen"],
    issue: null,
    article: null,
  });
  /** Text and nothing else. */
  focus = $state(false);
  palette = $state(false);
  shortcuts = $state(false);
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

  keep(change: Partial<Kept>): void {
    Object.assign(this.kept, change);
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
