// What people call the things that have a file's name.
import type { IssueLine } from "../platform/bindings/IssueLine";
import { words } from "../words";

/** `Launch, issue 41` of `2026-q4/launch`; where the issue is not known, `Launch`. */
export function editionName(edition: string, issues: readonly IssueLine[] = []): string {
  const [issue, name = edition] = edition.split("/");
  const plain = name.replaceAll("-", " ");
  const number = issues.find(({ id }) => id === issue)?.number ?? null;
  return words.newsletter.called(`${plain.charAt(0).toUpperCase()}${plain.slice(1)}`, number);
}

/** What a file may be called after a name as people say it: `numar-de-iarna` of `Număr de iarnă`. */
export const fileName = (name: string): string =>
  name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    // What Windows keeps for its devices is no file's name.
    .replace(/^(con|prn|aux|nul|com[1-9]|lpt[1-9])$/, "$1-1");

/** `2026-q4-launch-certificate.html`: the name of a file, without the folders that it lies in. */
export const lastPart = (path: string): string => path.split(/[/\\]/).at(-1) ?? path;

/** The end of a folder's path, which is what tells it from others: `…/ana/Masthead sample`. */
export function shortFolder(path: string, parts = 2): string {
  const all = path.split(/[/\\]/).filter(Boolean);
  return all.length <= parts ? path : `…/${all.slice(-parts).join("/")}`;
}
