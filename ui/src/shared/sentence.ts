/** With a capital letter at its beginning, as where it stands alone. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What the desk says, as a sentence of its own: it begins small and ends open there. A name keeps its small letter. */
export function sentence(text: string): string {
  if (text === "") return "";
  const [first = ""] = text.split(" ", 1);
  const begun = /^\p{Ll}+[,;:]?$/u.test(first) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return closed(begun);
}

/** With a full stop at its end, unless it ends already. */
export function closed(text: string): string {
  return /[.!?:…]$/.test(text) ? text : `${text}.`;
}
