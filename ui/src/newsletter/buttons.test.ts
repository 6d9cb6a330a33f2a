import { render, screen } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "../state/desk.svelte";
import PreviewPane from "./PreviewPane.svelte";
import TestDialog from "./TestDialog.svelte";

const given = vi.hoisted(() => ({ desk: null as unknown }));
vi.mock("../state/context", () => ({ useDesk: () => given.desk }));

let desk: Desk;
beforeEach(() => (given.desk = desk = new Desk(new FakePlatform(), null)));

test("a test that was sent does not ask for itself again, before another address stands there", async () => {
  desk.viewing.keep({ testTo: "ana@example.org" });
  desk.trial.open("2026-q4/launch");
  await desk.newsletter.load("2026-q4");
  render(TestDialog);
  const isMain = (): boolean => screen.getByTestId("test-send").classList.contains("main");
  expect(isMain()).toBe(true);
  screen.getByTestId("test-send").click();
  await vi.waitFor(() => screen.getByTestId("test-said"));
  expect(isMain()).toBe(false);
});

test("a plain text has neither a dark face nor pictures to switch", async () => {
  desk.viewing.go("newsletter");
  await desk.newsletter.load("2026-q4");
  desk.newsletter.copy = "text";
  render(PreviewPane);
  for (const of of ["copy-dark", "copy-pictures"]) {
    const button = screen.getByTestId<HTMLButtonElement>(of);
    expect([button.disabled, button.getAttribute("aria-pressed")]).toEqual([true, "false"]);
  }
});
