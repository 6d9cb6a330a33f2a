import type { Question } from "./ahead";
import { tauriPlatform } from "./tauri";
import type { Platform } from "./seam";

/**
 * The host this page runs in, with the questions of its start asked already. With `VITE_FAKE` the page runs in any
 * browser, on made-up pages.
 */
export async function openPlatform(first: readonly Question[]): Promise<Platform> {
  if (import.meta.env.VITE_FAKE) {
    const { FakePlatform } = await import("./fake/platform");
    return new FakePlatform();
  }
  return tauriPlatform(first);
}
