// The magazine's Markdown for CodeMirror: CommonMark and GFM from `@codemirror/lang-markdown`, and the dialect's own
// marks, so that they can be coloured. Nothing here hides or replaces text.
import { markdown, markdownLanguage } from "@codemirror/lang-markdown";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { Tag, tags } from "@lezer/highlight";
import type { InlineContext, MarkdownConfig } from "@lezer/markdown";
import { styleTags } from "@lezer/highlight";

const callout = Tag.define();
const attributes = Tag.define();
const editorsMark = Tag.define();
const frontMatter = Tag.define();

/** `[!pullquote]`, `[[audit]]`, `{.full credit="Name"}` and `TK`, each at its place in a line. */
const marks: MarkdownConfig = {
  defineNodes: [
    { name: "CalloutName", style: callout },
    { name: "Teaser", style: tags.link },
    { name: "TeaserMark", style: tags.processingInstruction },
    { name: "Attributes", style: attributes },
    { name: "EditorsMark", style: editorsMark },
    { name: "FrontMatter", block: true, style: { "FrontMatter/...": frontMatter } },
  ],
  props: [styleTags({ FrontMatter: frontMatter })],
  parseBlock: [
    {
      name: "FrontMatter",
      before: "HorizontalRule",
      parse(context, line) {
        if (context.lineStart !== 0 || line.text.trimEnd() !== "---") return false;
        while (context.nextLine() && !/^(---|\.\.\.)\s*$/.test(line.text));
        context.nextLine();
        context.addElement(context.elt("FrontMatter", 0, context.prevLineEnd()));
        return true;
      },
    },
  ],
  parseInline: [
    {
      name: "CalloutName",
      before: "Link",
      parse: (context, next, at) => mark(context, next, at, "[", /^\[![\w-]+\]/, "CalloutName"),
    },
    { name: "Teaser", before: "Link", parse: (context, next, at) => teaserAt(context, next, at) },
    {
      name: "Attributes",
      parse: (context, next, at) => mark(context, next, at, "{", /^\{[.#][^{}\n]*\}/, "Attributes"),
    },
    { name: "EditorsMark", parse: (context, next, at) => editorsMarkAt(context, next, at) },
  ],
};

function mark(
  context: InlineContext,
  next: number,
  at: number,
  first: string,
  shape: RegExp,
  name: string,
): number {
  if (next !== first.charCodeAt(0)) return -1;
  const found = shape.exec(context.slice(at, context.end))?.[0];
  return found === undefined ? -1 : context.addElement(context.elt(name, at, at + found.length));
}

/** A teaser of an article: without a node of its own its inner brackets would be a link's, and its outer ones words. */
function teaserAt(context: InlineContext, next: number, at: number): number {
  if (next !== 91) return -1;
  const found = /^\[\[[^[\]\n]*\]\](?!\()/.exec(context.slice(at, context.end))?.[0];
  if (found === undefined) return -1;
  const end = at + found.length;
  const marks = [context.elt("TeaserMark", at, at + 2), context.elt("TeaserMark", end - 2, end)];
  return context.addElement(context.elt("Teaser", at, end, marks));
}

function editorsMarkAt(context: InlineContext, next: number, at: number): number {
  if (next !== 84 || context.slice(at, Math.min(at + 2, context.end)) !== "TK") return -1;
  const around = context.slice(Math.max(context.offset, at - 1), Math.min(at + 3, context.end));
  if (/\w\w\w/.test(around.replace("TK", "xx"))) return -1;
  return context.addElement(context.elt("EditorsMark", at, at + 2));
}

const style = HighlightStyle.define([
  { tag: tags.heading1, class: "md-h1" },
  { tag: tags.heading2, class: "md-h2" },
  { tag: [tags.heading3, tags.heading4, tags.heading5, tags.heading6], class: "md-h3" },
  { tag: tags.emphasis, class: "md-em" },
  { tag: tags.strong, class: "md-strong" },
  { tag: tags.strikethrough, class: "md-strike" },
  { tag: tags.monospace, class: "md-code" },
  { tag: tags.link, class: "md-link" },
  { tag: [tags.url, tags.labelName], class: "md-url" },
  { tag: [tags.comment, tags.blockComment], class: "md-comment" },
  { tag: tags.processingInstruction, class: "md-mark" },
  { tag: tags.contentSeparator, class: "md-mark" },
  { tag: attributes, class: "md-attributes" },
  { tag: callout, class: "md-callout-name" },
  { tag: editorsMark, class: "md-tk" },
  { tag: frontMatter, class: "md-front" },
]);

export function dialect(): Extension {
  return [
    markdown({ base: markdownLanguage, extensions: [marks], addKeymap: true, pasteURLAsLink: true }),
    syntaxHighlighting(style),
  ];
}
