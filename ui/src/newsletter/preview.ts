// The mail as a document for a frame that runs nothing, loads nothing but the mail's own pictures, and goes nowhere.
import type { EditionPreview } from "../platform/bindings/EditionPreview";

export interface Look {
  readonly dark: boolean;
  readonly pictures: boolean;
  /** What the mail lies on, as CSS: its scroll bar stands beside the mail, not on it. */
  readonly desk: string;
  /** What its scroll bar is drawn with. */
  readonly bar: string;
  /** The letters that stand in for those this computer has not, as CSS. */
  readonly faces: string;
  /** Where a picture is. */
  readonly url: (hash: string, width: number) => string;
}

/** Beside the frame's sandbox: a mail that holds what it should not still reaches nothing. */
const POLICY =
  "default-src 'none'; img-src page: http://page.localhost data:; style-src 'unsafe-inline'; font-src data:; form-action 'none'; base-uri 'none'";
const DARK = /\(\s*prefers-color-scheme\s*:\s*dark\s*\)/gi;
const LIGHT = /\(\s*prefers-color-scheme\s*:\s*light\s*\)/gi;
/** True of every screen, and of none. */
const [ALWAYS, NEVER] = ["(min-width: 0)", "(max-width: 0)"] as const;
const NOTHING = "data:,";

/** A mail is 600 wide and lies on a margin of its own colour: narrower than this, none of it is seen. */
const READ_AT = 660;

/** How much smaller a mail is shown in a room of this width, so that it is laid out as on a reader's screen. */
export const scaleIn = (room: number): number => (room === 0 ? 1 : Math.min(1, room / READ_AT));

export function documentOf({ html, pictures }: EditionPreview, look: Look): string {
  let shown = html;
  for (const { cid, hash, width } of pictures)
    shown = shown.replaceAll(`cid:${cid}`, look.pictures ? look.url(hash, width) : NOTHING);
  // The mail asks what its reader's system likes; here somebody looks at both.
  shown = shown.replace(DARK, look.dark ? ALWAYS : NEVER).replace(LIGHT, look.dark ? NEVER : ALWAYS);
  return withPolicy(shown, look);
}

function withPolicy(html: string, { dark, desk, bar, faces }: Look): string {
  const bars = `::-webkit-scrollbar, ::-webkit-scrollbar-corner { width: 10px; height: 10px; background: ${desk} }
    ::-webkit-scrollbar-thumb { border: 3px solid ${desk}; border-radius: 5px; min-height: 32px; background: ${bar} }`;
  const scheme = `<style>:root { color-scheme: ${dark ? "dark" : "light"} } a { pointer-events: none } ${bars} ${faces}</style>`;
  const policy = `<meta http-equiv="Content-Security-Policy" content="${POLICY}">${scheme}`;
  const head = /<head(\s[^>]*)?>/i.exec(html);
  if (head === null) return `<!doctype html><html><head>${policy}</head><body>${html}</body></html>`;
  const at = head.index + head[0].length;
  return html.slice(0, at) + policy + html.slice(at);
}
