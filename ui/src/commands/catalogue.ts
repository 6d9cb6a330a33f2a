// Every command of the window.
import { tick } from "svelte";
import { redo, undo } from "@codemirror/commands";
import type { StateCommand } from "@codemirror/state";
import { footnote, heading, insertBlock, nextMark, quote, wrap } from "../dialect/edits";
import { addColumn, addRow, align, removeColumn, removeRow, tidy, toCell } from "../dialect/tableEdits";
import { letTabOut } from "../dialect/tableKeys";
import { toggleFrontMatter } from "../dialect/session";
import type { Desk } from "../state/desk.svelte";
import { words } from "../words";
import { type Pane, ROOMS } from "../state/viewing.svelte";
import type { Command } from "./command";

const { commands: label, groups, skeleton } = words;

export function catalogue(desk: Desk): readonly Command[] {
  return [
    ...places(desk),
    ...writing(desk),
    ...tables(desk),
    ...searching(desk),
    ...spelling(desk),
    ...beginning(desk),
    ...file(desk),
    ...preflight(desk),
    ...pages(desk),
    ...flatplan(desk),
    ...mail(desk),
    ...view(desk),
  ];
}

/** Whether the text and its pages are what the window shows. */
const atPages = (desk: Desk): boolean => desk.issue !== null && desk.viewing.kept.place === "pages";

function places(desk: Desk): Command[] {
  const { viewing } = desk;
  return ROOMS.map((room, index) => ({
    id: room,
    label: label[room],
    group: groups.places,
    keys: `Mod-${index + 1}`,
    enabled: () => true,
    run: () => {
      if (room !== "issues") return viewing.go(room);
      // Asked for again, the issue's place means its text.
      if (viewing.room === "issues") void toPages(desk).then(() => desk.editor?.focus());
      else viewing.go(room);
    },
  }));
}

function mail(desk: Desk): Command[] {
  const group = groups.mail;
  const { deleting, newsletter, sending, subscribers, viewing } = desk;
  const isOpen = (): boolean => viewing.room === "newsletter" && newsletter.edition !== null;
  return [
    {
      id: "newEdition",
      label: label.newEdition,
      group,
      enabled: () => desk.issue !== null,
      run: () => {
        viewing.go("newsletter");
        newsletter.beginning = true;
      },
    },
    {
      id: "deleteEdition",
      label: label.deleteEdition,
      group,
      enabled: () => isOpen() && deleting.mayEdition,
      run: () => void deleting.edition(),
    },
    {
      id: "sendEdition",
      label: label.sendEdition,
      group,
      keys: "Mod-Enter",
      enabled: isOpen,
      run: () => sending.open(newsletter.edition!),
    },
    {
      id: "importPeople",
      label: label.importPeople,
      group: groups.people,
      enabled: () => true,
      run: () => {
        viewing.go("subscribers");
        subscribers.importing.begin();
      },
    },
    {
      id: "addPerson",
      label: label.addPerson,
      group: groups.people,
      enabled: () => true,
      run: () => {
        viewing.go("subscribers");
        void subscribers.look(null).then(() => (subscribers.adding = true));
      },
    },
  ];
}

function writing(desk: Desk): Command[] {
  const enabled = (): boolean => desk.written !== null;
  const edit = (id: keyof typeof label, command: StateCommand, keys?: string, ownKeys = false): Command => ({
    id,
    label: label[id],
    group: groups.write,
    keys,
    ownKeys,
    enabled,
    run: () => {
      desk.written?.run(command);
      desk.editor?.focus();
    },
  });
  return [
    edit("bold", wrap("**"), "Mod-b"),
    edit("italic", wrap("*"), "Mod-i"),
    edit("heading", heading, "Mod-h"),
    edit("quote", quote(null), "Mod-Shift-q"),
    edit("pullQuote", quote("[!pullquote]"), "Mod-Shift-u"),
    edit("picture", insertBlock(skeleton.picture, skeleton.alt), "Mod-Shift-i"),
    edit("sidebar", insertBlock(skeleton.sidebar, skeleton.sidebarTitle), "Mod-Shift-b"),
    edit("table", insertBlock(skeleton.table, skeleton.tableFirst)),
    edit("chart", insertBlock(skeleton.chart, skeleton.chartTitle)),
    edit("footnote", footnote, "Mod-Shift-n"),
    edit("nextMark", nextMark, "F9"),
    edit("undo", undo, "Mod-z", true),
    edit("redo", redo, "Mod-Shift-z", true),
    {
      id: "search",
      label: label.search,
      group: groups.write,
      keys: "Mod-f",
      enabled,
      run: () => desk.editor?.search(),
    },
    edit("frontMatter", toggleFrontMatter, "Mod-Shift-m"),
  ];
}

function tables(desk: Desk): Command[] {
  const edit = (id: keyof typeof label, command: StateCommand, keys?: string): Command => ({
    id,
    label: label[id],
    group: groups.table,
    keys,
    ownKeys: true,
    enabled: () => desk.written?.inTable ?? false,
    run: () => {
      desk.written?.run(command);
      desk.editor?.focus();
    },
  });
  return [
    edit("nextCell", toCell(1), "Tab"),
    edit("previousCell", toCell(-1), "Shift-Tab"),
    edit("leaveTable", letTabOut, "Escape"),
    edit("rowBelow", addRow(1), "Alt-Enter"),
    edit("rowAbove", addRow(-1), "Alt-Shift-Enter"),
    edit("removeRow", removeRow),
    edit("columnAfter", addColumn(1)),
    edit("columnBefore", addColumn(-1)),
    edit("removeColumn", removeColumn),
    edit("alignLeft", align("left")),
    edit("alignCenter", align("center")),
    edit("alignRight", align("right")),
    edit("tidyTable", tidy),
  ];
}

function searching(desk: Desk): Command[] {
  const { searching } = desk;
  const enabled = (): boolean => desk.issue !== null;
  const command = (id: keyof typeof label, keys: string | undefined, run: () => void): Command => ({
    id,
    label: label[id],
    group: groups.write,
    keys,
    enabled,
    run,
  });
  return [
    command("searchIssue", "Mod-Shift-f", () => searching.begin(false)),
    command("replaceInIssue", "Mod-Shift-h", () => searching.begin(true)),
    {
      ...command("takeBackReplacement", undefined, () => void searching.takeBack()),
      enabled: () => searching.made !== null,
    },
  ];
}

function spelling(desk: Desk): Command[] {
  const { spelling, viewing } = desk;
  const marked = (): boolean =>
    (atPages(desk) || viewing.room === "newsletter") && desk.written !== null && spelling.on;
  const command = (
    id: keyof typeof label,
    keys: string | undefined,
    enabled: () => boolean,
    run: () => void,
  ): Command => ({ id, label: label[id], group: groups.write, keys, enabled, run });
  return [
    command("askSpelling", "Mod-;", marked, () => spelling.askHere()),
    command("nextDoubt", "F4", marked, () => spelling.step(1)),
    command("previousDoubt", "Shift-F4", marked, () => spelling.step(-1)),
    command(
      "doubtfulWords",
      undefined,
      () => desk.issue !== null,
      () => viewing.keep({ preflight: true, panel: "words", place: "pages" }),
    ),
    command(
      "spelling",
      undefined,
      () => true,
      () => spelling.toggle(),
    ),
  ];
}

/** What an issue is made of: begun here, put in and taken out. */
function beginning(desk: Desk): Command[] {
  const group = groups.save;
  const { beginning, deleting } = desk;
  const open = () => desk.articles.find((article) => article.open)?.line ?? null;
  return [
    {
      id: "newArticle",
      label: label.newArticle,
      group,
      keys: "Mod-n",
      enabled: () => desk.issue !== null,
      run: () => (beginning.asking = "article"),
    },
    {
      id: "newIssue",
      label: label.newIssue,
      group,
      enabled: () => beginning.coming.length > 0,
      run: () => (beginning.asking = "issue"),
    },
    {
      id: "articleSettings",
      label: label.articleSettings,
      group,
      keys: "Mod-Shift-a",
      enabled: () => atPages(desk) && desk.manuscript !== null,
      run: () => desk.articleSettings.begin(),
    },
    {
      id: "issueSettings",
      label: label.issueSettings,
      group,
      enabled: () => desk.issue !== null,
      run: () => void desk.issueSettings.begin(),
    },
    {
      id: "placeArticle",
      label: label.placeArticle,
      group,
      enabled: () => open()?.placed === false,
      run: () => void beginning.place(open()!.slug),
    },
    {
      id: "takeOutArticle",
      label: label.takeOutArticle,
      group,
      enabled: () => open()?.placed === true,
      run: () => void beginning.takeOut(open()!.slug),
    },
    {
      id: "deleteArticle",
      label: label.deleteArticle,
      group,
      enabled: () => atPages(desk) && deleting.mayArticle,
      run: () => void deleting.article(),
    },
  ];
}

function file(desk: Desk): Command[] {
  const group = groups.save;
  return [
    {
      id: "save",
      label: label.save,
      group,
      keys: "Mod-s",
      enabled: () => desk.written !== null,
      run: () => void desk.written?.flush(),
    },
    {
      id: "versions",
      label: label.versions,
      group,
      enabled: () => atPages(desk) && desk.manuscript !== null,
      run: () => void desk.versions.open(desk.manuscript!),
    },
    {
      id: "export",
      label: label.export,
      group,
      keys: "Mod-e",
      enabled: () => desk.issue !== null,
      run: () => (desk.exporting.open = !desk.exporting.open),
    },
    {
      id: "nextArticle",
      label: label.nextArticle,
      group: groups.places,
      keys: "Alt-PageDown",
      enabled: () => desk.issue !== null,
      run: () => void desk.step(1),
    },
    {
      id: "previousArticle",
      label: label.previousArticle,
      group: groups.places,
      keys: "Alt-PageUp",
      enabled: () => desk.issue !== null,
      run: () => void desk.step(-1),
    },
  ];
}

function preflight(desk: Desk): Command[] {
  const group = groups.preflight;
  const { viewing } = desk;
  const enabled = (): boolean => desk.findings.length > 0;
  const step = (direction: 1 | -1) => (): void => {
    viewing.keep({ preflight: true, panel: "findings", place: "pages" });
    void desk.preflight.step(direction);
  };
  return [
    {
      id: "preflight",
      label: label.preflight,
      group,
      keys: "Mod-Shift-p",
      enabled: () => desk.issue !== null,
      run: () => {
        const shown = viewing.kept.preflight && viewing.kept.panel === "findings";
        viewing.keep({ preflight: !shown, panel: "findings", place: "pages" });
      },
    },
    {
      id: "fixHere",
      label: label.fixHere,
      group,
      keys: "Mod-.",
      enabled: () => desk.written !== null,
      run: () => {
        const { here } = desk.preflight;
        if (here !== null) void desk.preflight.fix(here);
        else desk.notices.info(words.findings.noneHere);
      },
    },
    { id: "nextFinding", label: label.nextFinding, group, keys: "F8", enabled, run: step(1) },
    { id: "previousFinding", label: label.previousFinding, group, keys: "Shift-F8", enabled, run: step(-1) },
    {
      id: "showOverset",
      label: label.showOverset,
      group,
      keys: "Mod-Shift-o",
      enabled: () => desk.fit !== null && desk.fit.overset !== null,
      run: () => desk.showOverset(),
    },
  ];
}

function flatplan(desk: Desk): Command[] {
  const group = groups.flatplan;
  const { viewing } = desk;
  return [
    {
      id: "flatplan",
      label: label.flatplan,
      group: groups.places,
      keys: "F7",
      enabled: () => desk.issue !== null,
      run: () => viewing.keep({ place: "flatplan" }),
    },
    {
      id: "newAdvertisement",
      label: label.newAdvertisement,
      group,
      enabled: () => desk.issue !== null,
      run: () => desk.advertising.begin(),
    },
    {
      id: "takeOutAdvertisement",
      label: label.takeOutAdvertisement,
      group,
      keys: "Delete",
      ownKeys: true,
      enabled: () => desk.advertising.removable,
      run: () => void desk.advertising.takeOut(),
    },
    ...([-1, 1] as const).map((by) => ({
      id: by < 0 ? "moveEarlier" : "moveLater",
      label: by < 0 ? label.moveEarlier : label.moveLater,
      group,
      keys: by < 0 ? "Alt-ArrowLeft" : "Alt-ArrowRight",
      ownKeys: true,
      enabled: () => desk.showsBoard && desk.flatplan.canMove,
      run: () => void desk.flatplan.step(by),
    })),
    {
      id: "undoMove",
      label: label.undoMove,
      group,
      enabled: () => desk.flatplan.canUndo,
      run: () => void desk.flatplan.undo(),
    },
  ];
}

function pages(desk: Desk): Command[] {
  const { viewing } = desk;
  const enabled = (): boolean => atPages(desk) && desk.pages.list.length > 0;
  const command = (id: keyof typeof label, keys: string | undefined, run: () => void): Command => ({
    id,
    label: label[id],
    group: groups.pages,
    keys,
    enabled,
    run,
  });
  const turn = (by: 1 | -1): void => {
    const at = desk.pages.spreads.findIndex((spread) =>
      spread.some(({ number }) => number === desk.pages.current),
    );
    const to = desk.pages.spreads[at + by]?.[0];
    if (to) desk.pages.goTo(to.number);
  };
  return [
    {
      ...command("showOnPage", "Mod-j", () => void freePages(desk).then(() => desk.showOnPage())),
      enabled: () => atPages(desk) && desk.manuscript !== null,
    },
    command("follow", "Mod-Shift-j", () => viewing.keep({ follow: !viewing.kept.follow })),
    command("nextPage", "Mod-PageDown", () => turn(1)),
    command("previousPage", "Mod-PageUp", () => turn(-1)),
    command("grid", "Mod-Shift-g", () => viewing.keep({ grid: !viewing.kept.grid })),
    command("trim", "Mod-Shift-t", () => viewing.keep({ trim: !viewing.kept.trim })),
    command("zoomIn", "Alt-+", () => viewing.zoomBy(1)),
    command("zoomOut", "Alt--", () => viewing.zoomBy(-1)),
    command("fitSpread", "Alt-0", () => viewing.keep({ zoom: "spread" })),
    command("fitPage", "Alt-9", () => viewing.keep({ zoom: "page" })),
    {
      ...command("relayout", "F5", () => desk.layOutAgain()),
      enabled: () => desk.issue !== null,
    },
  ];
}

function view(desk: Desk): Command[] {
  const { viewing } = desk;
  const command = (id: keyof typeof label, keys: string | undefined, run: () => void): Command => ({
    id,
    label: label[id],
    group: groups.view,
    keys,
    enabled: () => true,
    run,
  });
  return [
    command("palette", "Mod-k", () => (viewing.palette = !viewing.palette)),
    command("tray", "Mod-Shift-y", () => (viewing.tray = !viewing.tray)),
    command("shortcuts", "F1", () => (viewing.shortcuts = !viewing.shortcuts)),
    command("firstSteps", undefined, () => desk.steps.show(!desk.steps.shown)),
    command("anotherPublication", undefined, () => void desk.departure.begin()),
    command("focus", "Mod-Shift-d", () => (viewing.focus = !viewing.focus)),
    command("typewriter", "Mod-Shift-k", () => viewing.keep({ typewriter: !viewing.kept.typewriter })),
    command("theme", "Mod-Shift-l", () =>
      viewing.toggleTheme(matchMedia("(prefers-color-scheme: dark)").matches),
    ),
    command("windowLarger", "Mod-+", () => viewing.zoomWindowBy(1)),
    command("windowSmaller", "Mod--", () => viewing.zoomWindowBy(-1)),
    command("windowUsual", "Mod-0", () => viewing.keep({ windowZoom: 100 })),
    {
      ...command("focusPages", "F6", () => {
        void freePages(desk)
          .then(() => toPages(desk, "pages"))
          .then(() => desk.focusPages?.());
      }),
      group: groups.places,
    },
  ];
}

/** The text and its pages, once they are on the screen. */
async function toPages({ viewing }: Desk, pane: Pane = "text"): Promise<void> {
  if (viewing.kept.place === "pages" && viewing.pane === pane) return;
  viewing.pane = pane;
  viewing.keep({ place: "pages" });
  await tick();
}

/** Gives the pages their room back, where somebody looks for words. */
async function freePages({ searching }: Desk): Promise<void> {
  if (!searching.open) return;
  searching.open = false;
  await tick();
}
