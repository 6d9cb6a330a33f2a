import serif from "@fontsource/gelasio/files/gelasio-latin-400-normal.woff2?inline";
import italic from "@fontsource/gelasio/files/gelasio-latin-400-italic.woff2?inline";
import bold from "@fontsource/gelasio/files/gelasio-latin-700-normal.woff2?inline";
import sans from "@fontsource-variable/arimo/files/arimo-latin-wght-normal.woff2?inline";
import type { Cut } from "../faces";

const range =
  "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD";
export const latin: Cut = { serif, italic, bold, sans, range };
