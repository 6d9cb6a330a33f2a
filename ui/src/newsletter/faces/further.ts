import serif from "@fontsource/gelasio/files/gelasio-latin-ext-400-normal.woff2?inline";
import italic from "@fontsource/gelasio/files/gelasio-latin-ext-400-italic.woff2?inline";
import bold from "@fontsource/gelasio/files/gelasio-latin-ext-700-normal.woff2?inline";
import sans from "@fontsource-variable/arimo/files/arimo-latin-ext-wght-normal.woff2?inline";
import type { Cut } from "../faces";

const range =
  "U+0100-0130,U+0132-0151,U+0154-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF";
export const further: Cut = { serif, italic, bold, sans, range };
