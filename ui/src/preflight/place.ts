// Where a finding is, beside what names its article already: of `issues/2026-q4/articles/audit.md:14:3` the line is
// news. A file of the template is gone to in another program: by file, line and column.
import type { FindingView } from "../platform/bindings/FindingView";
import { words } from "../words";

export function placeOf({ place, slug }: FindingView): string {
  const [path, line, column] = place?.split(" (")[0]?.split(":") ?? [];
  const file = path?.split("/").at(-1);
  if (line === undefined || column === undefined) return place?.split("/").at(-1)?.replaceAll("`", "") ?? "";
  const at = words.findings.line(line, path?.endsWith(".md") ? null : column);
  return slug === null && file !== undefined ? `${file}, ${at}` : at;
}
