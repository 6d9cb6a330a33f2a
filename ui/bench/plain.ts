// CodeMirror as its makers hand it out, over the same text: what the window's editor is measured beside.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { markdown } from "@codemirror/lang-markdown";
import { defaultHighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView, keymap } from "@codemirror/view";

const text = await (await fetch("text.md")).text();
new EditorView({
  parent: document.body,
  doc: text,
  extensions: [
    history(),
    keymap.of([...defaultKeymap, ...historyKeymap]),
    markdown(),
    syntaxHighlighting(defaultHighlightStyle),
    EditorView.lineWrapping,
  ],
});
