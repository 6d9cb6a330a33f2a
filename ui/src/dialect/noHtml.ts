// Stands in for `@codemirror/lang-html`, which `@codemirror/lang-markdown` would bring with it: the grammars of HTML,
// CSS and JavaScript, read at every start of the window for code that the dialect does not have.

/** A language that parses nothing and adds nothing to the editor. */
export const html = (): object => ({ support: [], language: { parser: undefined } });

/** Proposes no tags. */
export const htmlCompletionSource = (): null => null;
