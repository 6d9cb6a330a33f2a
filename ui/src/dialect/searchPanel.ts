// The bar above a text in which words are found and replaced: CodeMirror searches, the window shows it as its own.
import type { EditorView, Panel } from "@codemirror/view";
import { flushSync, mount, unmount } from "svelte";
import { words } from "../words";
import SearchPanel from "./SearchPanel.svelte";

export function searchPanel(view: EditorView): Panel {
  const dom = document.createElement("div");
  // Not by CodeMirror's name for its own bar, which would bring that bar's look.
  dom.className = "find-bar";
  dom.setAttribute("role", "search");
  dom.setAttribute("aria-label", words.searching.inText);
  const bar = mount(SearchPanel, { target: dom, props: { view } });
  flushSync();
  return {
    dom,
    top: true,
    mount: () => bar.begin(),
    update: () => bar.look(),
    destroy: () => void unmount(bar),
  };
}
