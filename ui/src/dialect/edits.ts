// What the toolbar does to a text, as CodeMirror commands: each is one transaction, so one undo takes it back.
import {
  EditorSelection,
  type StateCommand,
  type Transaction,
  type TransactionSpec,
} from "@codemirror/state";

/** Puts the marks around the selection, or takes them away when they are there. */
export function wrap(mark: string): StateCommand {
  return ({ state, dispatch }) => {
    const changes = state.changeByRange((range) => {
      const before = state.sliceDoc(range.from - mark.length, range.from);
      const after = state.sliceDoc(range.to, range.to + mark.length);
      if (
        before === mark &&
        after === mark &&
        !isLonger(state.sliceDoc(range.from - mark.length - 1, range.from), mark)
      ) {
        return {
          changes: [
            { from: range.from - mark.length, to: range.from },
            { from: range.to, to: range.to + mark.length },
          ],
          range: EditorSelection.range(range.from - mark.length, range.to - mark.length),
        };
      }
      const text = state.sliceDoc(range.from, range.to);
      return {
        changes: { from: range.from, to: range.to, insert: mark + text + mark },
        range: EditorSelection.range(range.from + mark.length, range.to + mark.length),
      };
    });
    dispatch(state.update(changes, { scrollIntoView: true, userEvent: "input.format" }));
    return true;
  };
}

/** `**` is not two times `*`: taking italics from bold text would break the bold. */
function isLonger(before: string, mark: string): boolean {
  return mark === "*" && before === "**";
}

/** Turns the line into a heading of the next level: none, 2, 3, none. Level 1 is the article's title. */
export const heading: StateCommand = ({ state, dispatch }) => {
  const line = state.doc.lineAt(state.selection.main.head);
  const old = /^(#{1,6})\s+/.exec(line.text);
  const next = old === null ? "## " : old[1] === "##" ? "### " : "";
  dispatch(
    state.update({
      changes: { from: line.from, to: line.from + (old?.[0].length ?? 0), insert: next },
      scrollIntoView: true,
      userEvent: "input.format",
    }),
  );
  return true;
};

/** Quotes the selected lines, under a callout's head when one is given. */
export function quote(head: string | null): StateCommand {
  return ({ state, dispatch }) => {
    const { from, to } = state.selection.main;
    const first = state.doc.lineAt(from);
    const last = state.doc.lineAt(to);
    const text = state.sliceDoc(first.from, last.to);
    const body = (text.trim() === "" ? "Text" : text).replace(/^/gm, "> ");
    const block = head === null ? body : `> ${head}\n${body}`;
    const placed = apart(state.doc.sliceString(0, first.from), state.doc.sliceString(last.to), block);
    const bodyStart = first.from + placed.before.length + (head === null ? 2 : head.length + 5);
    const bodyEnd = first.from + placed.before.length + block.length;
    dispatch(
      state.update({
        changes: { from: first.from, to: last.to, insert: placed.before + block + placed.after },
        selection: text.trim() === "" ? { anchor: bodyStart, head: bodyEnd } : { anchor: bodyEnd },
        scrollIntoView: true,
        userEvent: "input.format",
      }),
    );
    return true;
  };
}

/** Puts a block of its own after the line with the cursor and selects `select` in it, ready to be typed over; the cursor
 * goes behind the block when there is nothing to select. */
export function insertBlock(block: string, select: string): StateCommand {
  return ({ state, dispatch }) => {
    const line = state.doc.lineAt(state.selection.main.head);
    const at = line.text.trim() === "" ? line.from : line.to;
    const placed = apart(state.doc.sliceString(0, at), state.doc.sliceString(line.to), block);
    const start = at + placed.before.length + (select === "" ? block.length : block.indexOf(select));
    const spec: TransactionSpec = {
      changes: { from: at, to: line.to, insert: placed.before + block + placed.after },
      selection: { anchor: start, head: start + select.length },
      scrollIntoView: true,
      userEvent: "input.insert",
    };
    dispatch(state.update(spec));
    return true;
  };
}

/** Puts a block in the place of what is selected, after the line where that stood; one undo takes both back. */
export function replaceByBlock(block: string): StateCommand {
  return ({ state, dispatch }) => {
    const cut = state.update(state.replaceSelection(""));
    const whole = ({ changes, selection }: Transaction): void =>
      dispatch(
        state.update({
          changes: cut.changes.compose(changes),
          selection,
          scrollIntoView: true,
          userEvent: "input.paste",
        }),
      );
    return insertBlock(block, "")({ state: cut.state, dispatch: whole });
  };
}

/** Marks a place for a footnote and opens its text at the end, with the next free number. */
export const footnote: StateCommand = ({ state, dispatch }) => {
  const text = state.doc.toString();
  const used = [...text.matchAll(/\[\^(\d+)\]/g)].map(([, number]) => Number(number));
  const number = Math.max(0, ...used) + 1;
  const at = state.selection.main.to;
  const mark = `[^${number}]`;
  const end = text.trimEnd().length;
  const note = `${/\n\[\^[^\]]+\]:[^\n]*$/.test(text.trimEnd()) ? "\n" : "\n\n"}${mark}: `;
  dispatch(
    state.update({
      changes: [
        { from: at, insert: mark },
        { from: end, to: state.doc.length, insert: `${note}\n` },
      ],
      selection: { anchor: end + mark.length + note.length },
      scrollIntoView: true,
      userEvent: "input.insert",
    }),
  );
  return true;
};

/** Goes to the next `TK` or comment after the cursor, from the end to the first one. */
export const nextMark: StateCommand = ({ state, dispatch }) => {
  const marks = [...state.doc.toString().matchAll(/\bTK\b|<!--[\s\S]*?-->/g)];
  const next = marks.find(({ index }) => index > state.selection.main.from) ?? marks[0];
  if (next === undefined) return false;
  dispatch(
    state.update({
      selection: { anchor: next.index, head: next.index + next[0].length },
      scrollIntoView: true,
      userEvent: "select",
    }),
  );
  return true;
};

/** The line breaks a block needs to stand alone between these texts. */
function apart(before: string, after: string, block: string): { before: string; after: string } {
  const above = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const below = after === "" ? "\n" : after.startsWith("\n\n") || block.endsWith("\n\n") ? "" : "\n";
  return { before: above, after: below };
}
