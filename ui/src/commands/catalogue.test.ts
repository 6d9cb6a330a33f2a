import { expect, test } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "../state/desk.svelte";
import { catalogue } from "./catalogue";
import { keysText, matches } from "./command";

const commands = catalogue(new Desk(new FakePlatform(), null));

test("no two commands have the same name or the same keys", () => {
  for (const of of [commands.map(({ id }) => id), commands.flatMap(({ keys }) => keys ?? [])]) {
    expect(of).toEqual([...new Set(of)]);
  }
});

test("without an article nothing can be written", () => {
  expect(commands.find(({ id }) => id === "bold")!.enabled()).toBe(false);
});

const press = (init: KeyboardEventInit): KeyboardEvent => new KeyboardEvent("keydown", init);

test.each([
  ["Mod-k", { key: "k", ctrlKey: true }, true],
  ["Mod-k", { key: "K", ctrlKey: true, shiftKey: true }, false],
  ["Mod-Shift-f", { key: "F", ctrlKey: true, shiftKey: true }, true],
  ["Mod-+", { key: "+", ctrlKey: true, shiftKey: true }, true],
  ["Mod--", { key: "-", ctrlKey: true }, true],
  ["Alt-PageDown", { key: "PageDown", altKey: true }, true],
  ["F5", { key: "F5", ctrlKey: true }, false],
])("%s", (keys, init, expected) => expect(matches(keys, press(init))).toBe(expected));

test("keys are written as people write them", () => {
  expect(keysText("Mod-Shift-k")).toBe("Ctrl+Shift+K");
  expect(keysText("Mod--")).toBe("Ctrl+\u2009−");
});
