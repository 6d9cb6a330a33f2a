import type { Platform } from "./seam";

/** The host this page runs in. With `VITE_FAKE` the page runs in any browser, on made-up pages. */
export async function openPlatform(): Promise<Platform> {
  if (import.meta.env.VITE_FAKE) {
    const { FakePlatform } = await import("./fake/platform");
    return new FakePlatform();
  }
  const { tauriPlatform } = await import("./tauri");
  return tauriPlatform();
}
