// The faces that most readers see a mail in, for its preview alone: where this computer has no Georgia and no Helvetica,
// open faces of the same widths stand in for them, so that lines break here as they break there. They are fetched when a
// mail is first shown, those of letters beyond western Europe only for a mail that has some; the mail holds none of them.

/** One part of the alphabet in each face, as `data:` URLs: the frame may load nothing else. */
export interface Cut {
  readonly serif: string;
  readonly italic: string;
  readonly bold: string;
  /** Every weight from 400 to 700. */
  readonly sans: string;
  /** The letters it has, as CSS. */
  readonly range: string;
}

const BEYOND = /[\u0100-\u024f\u1e00-\u1eff]/;

const face = (family: string, local: string, how: string, url: string, range: string): string =>
  `@font-face { font-family: ${family}; ${how}; src: local("${local}"), url(${url}) format("woff2"); unicode-range: ${range} }`;

export const facesOf = ({ serif, italic, bold, sans, range }: Cut): string =>
  [
    face("Georgia", "Georgia", "font-weight: 400", serif, range),
    face("Georgia", "Georgia Italic", "font-weight: 400; font-style: italic", italic, range),
    face("Georgia", "Georgia Bold", "font-weight: 700", bold, range),
    // Where Helvetica itself is there it has no variable weight: each weight asks for its own.
    face("Helvetica", "Helvetica", "font-weight: 400", sans, range),
    face("Helvetica", "Helvetica Bold", "font-weight: 700", sans, range),
  ].join("\n");

/** The faces that this mail needs, as CSS; nothing when they cannot be had, and then it is shown in what there is. */
export async function facesFor(html: string): Promise<string> {
  try {
    const { latin } = await import("./faces/latin");
    if (!BEYOND.test(html)) return facesOf(latin);
    const { further } = await import("./faces/further");
    return `${facesOf(latin)}\n${facesOf(further)}`;
  } catch {
    return "";
  }
}
