// The pictures that the texts and the settings of an issue name, for whoever chooses one of them.
import type { Platform } from "../platform/seam";

const NAMED = String.raw`media/[\w./-]+\.\w+`;
const PICTURE = /\.(png|jpe?g|webp|gif|svg)$/i;
/** What an advertisement may be besides. */
const PDF = /\.pdf$/i;
/** Before a name that is the end of a longer one: an address somewhere else. */
const FURTHER = /[\w./-]$/;
const AD = "running-order › ad";

/** For an article, or with `ads` for an advertisement: what is one already is nobody's opener. */
export async function namedPictures(
  platform: Platform,
  issue: string,
  { ads }: { readonly ads: boolean },
): Promise<readonly string[]> {
  const sought = { words: NAMED, matchCase: true, wholeWords: false, expression: true };
  const search = { issue, sought, replacement: null, unsaved: [] };
  const { files } = await platform.call("searchIssue", search).catch(() => ({ files: [] }));
  const named = files
    .flatMap(({ hits }) => hits)
    .filter(({ before, found }) => (PICTURE.test(found) || (ads && PDF.test(found))) && !FURTHER.test(before))
    .filter(({ field }) => ads || field !== AD)
    .map(({ found }) => found);
  return [...new Set(named)].toSorted((one, other) => one.localeCompare(other));
}
