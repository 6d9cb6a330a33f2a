import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { expect, test } from "vitest";
import App from "../App.svelte";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "../state/desk.svelte";

test("where nobody is found, the way back to everybody leaves bringing people in the main button", async () => {
  const desk = new Desk(new FakePlatform(), null);
  render(App, { desk });
  await desk.open();
  desk.viewing.go("subscribers");
  const mains = (): (string | undefined)[] =>
    [...screen.getByTestId("subscribers").querySelectorAll(".button.main")].map((button) =>
      button.textContent?.trim(),
    );
  await waitFor(() => expect(mains()).toEqual(["Import…"]));
  await fireEvent.input(screen.getByTestId("people-search"), { target: { value: "nobody of that name" } });
  await waitFor(() => screen.getByText("Show everybody"));
  expect(mains()).toEqual(["Import…"]);
});
