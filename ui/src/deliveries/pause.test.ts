import { render, screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
import PauseNote from "./PauseNote.svelte";

test.each([
  ["pause-asked", "paused by hand", false],
  ["pause-many-refused", "9 of the last 20 people were refused or put off, the last with: 550 no", true],
  ["pause-unreachable", "the mail server could not be reached: no route", true],
])("a warning stands only over what nobody asked for: %s", (code, message, warns) => {
  render(PauseNote, { pause: { code, message, hint: "nothing leaves until you resume" } });
  const note = screen.getByTestId("mailing-paused");
  expect(note.classList.contains("forced")).toBe(warns);
  expect(note.textContent.toLowerCase()).toContain(message.toLowerCase());
});
