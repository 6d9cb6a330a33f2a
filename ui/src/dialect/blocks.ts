// Whole-line styling of what is on the screen: callouts, charts, fenced divs, tables. Only the visible lines are looked
// at, so a long article types as fast as a short one.
import { syntaxTree } from "@codemirror/language";
import type { EditorState, Extension, Range } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";

const lines = new Map<string, Decoration>();

function lineClass(name: string): Decoration {
  let found = lines.get(name);
  if (!found) {
    found = Decoration.line({ class: name });
    lines.set(name, found);
  }
  return found;
}

function decorate(view: EditorView): DecorationSet {
  const ranges: Range<Decoration>[] = [];
  const done = new Set<number>();
  const paint = (state: EditorState, from: number, to: number, name: string): void => {
    const first = state.doc.lineAt(from).number;
    const last = state.doc.lineAt(Math.max(from, to - 1)).number;
    for (let number = first; number <= last; number++) {
      const line = state.doc.line(number);
      if (done.has(line.from)) continue;
      done.add(line.from);
      const edges = `${number === first ? " md-first" : ""}${number === last ? " md-last" : ""}`;
      ranges.push(lineClass(name + edges).range(line.from));
    }
  };
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(view.state).iterate({
      from,
      to,
      enter: (node) => {
        const name = blockClass(view.state, node.name, node.from);
        if (name !== null) paint(view.state, node.from, node.to, name);
        return name === null;
      },
    });
    paintDivs(view, from, to, ranges, done);
  }
  return Decoration.set(ranges, true);
}

function blockClass(state: EditorState, node: string, from: number): string | null {
  const text = (): string => state.doc.lineAt(from).text;
  switch (node) {
    case "FrontMatter":
      return "md-front-line";
    case "Blockquote":
      return `md-quote md-quote-${/\[!([\w-]+)\]/.exec(text())?.[1]?.toLowerCase() ?? "plain"}`;
    case "FencedCode":
      return "md-fence";
    case "Table":
      return "md-table";
    case "ATXHeading1":
    case "ATXHeading2":
      return "md-heading-line";
    default:
      return null;
  }
}

function paintDivs(
  view: EditorView,
  from: number,
  to: number,
  ranges: Range<Decoration>[],
  done: Set<number>,
): void {
  for (let at = from; at <= to;) {
    const line = view.state.doc.lineAt(at);
    if (/^:::+/.test(line.text) && !done.has(line.from)) ranges.push(lineClass("md-div").range(line.from));
    at = line.to + 1;
  }
}

export const blocks: Extension = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = decorate(view);
    }

    update(update: ViewUpdate): void {
      const parsed = syntaxTree(update.startState) !== syntaxTree(update.state);
      if (update.docChanged || update.viewportChanged || parsed) this.decorations = decorate(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);
