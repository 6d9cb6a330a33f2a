import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, expect, test } from "vitest";
import App from "../App.svelte";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "../state/desk.svelte";

let platform: FakePlatform;
let desk: Desk;

beforeEach(async () => {
  platform = new FakePlatform();
  desk = new Desk(platform, null);
  render(App, { desk });
  await desk.open();
  desk.viewing.go("subscribers");
  await waitFor(() => screen.getByTestId("people-returns"));
});

test("what came back shows its raw report as text, and is taken back", async () => {
  await fireEvent.click(screen.getByTestId("people-returns"));
  const rows = await waitFor(() => screen.getAllByTestId("return"));
  expect(rows.length).toBe(2);
  await fireEvent.click(rows[0]!);
  await waitFor(() => expect(screen.getByTestId("return-report").textContent).toContain("<img src=x"));
  expect(screen.getByTestId("return-report").querySelector("img")).toBeNull();
  expect(screen.getByTestId("return-undo").textContent).toBe("Allow mail again");
  await fireEvent.click(screen.getByTestId("return-undo"));
  await waitFor(() => expect(platform.people.returned[0]!.undone).not.toBeNull());
  await waitFor(() => expect(screen.queryByTestId("return-undo")).toBeNull());
});

test("what came back is looked at by kind", async () => {
  await fireEvent.click(screen.getByTestId("people-returns"));
  await waitFor(() => screen.getAllByTestId("return"));
  await fireEvent.change(screen.getByTestId("returns-kind"), { target: { value: "unsubscribe" } });
  await waitFor(() => expect(screen.getAllByTestId("return").length).toBe(1));
  await fireEvent.click(screen.getByTestId("returns-close"));
  await waitFor(() => screen.getByTestId("people-count"));
});

test("a segment is kept with its count, shown and forgotten", async () => {
  await fireEvent.click(screen.getByTestId("people-segments"));
  await waitFor(() => expect(screen.getAllByTestId("segment").length).toBe(1));
  await fireEvent.input(screen.getByTestId("segment-name"), { target: { value: "cluj" } });
  await fireEvent.change(screen.getByTestId("segment-expression-field-0"), { target: { value: "city" } });
  await fireEvent.input(screen.getByTestId("segment-expression-value-0"), {
    target: { value: "Cluj, Iași" },
  });
  expect(screen.getByTestId("segment-expression-written").textContent).toBe('city in ("Cluj", "Iași")');
  await fireEvent.click(screen.getByTestId("segment-expression-way"));
  await fireEvent.input(screen.getByTestId("segment-expression"), { target: { value: 'city = "Cluj"' } });
  await fireEvent.click(screen.getByTestId("segment-expression-way"));
  expect(screen.getByTestId<HTMLInputElement>("segment-expression-value-0").value).toBe("Cluj");
  await fireEvent.click(screen.getByTestId("segment-keep"));
  const rows = await waitFor(() => {
    const found = screen.getAllByTestId("segment");
    expect(found.length).toBe(2);
    return found;
  });
  expect(rows[1]!.textContent).toContain("12 people");
  await fireEvent.click(screen.getAllByTestId("segment-remove")[0]!);
  await waitFor(() => expect(screen.getAllByTestId("segment").length).toBe(1));
  await fireEvent.click(screen.getByTestId("segment"));
  expect(desk.subscribers.filter.segment).toBe("@cluj");
});

test("a note about a person is written and shown", async () => {
  await desk.subscribers.look("reader00002@example.org");
  const field = await waitFor(() => screen.getByTestId("note-text"));
  await fireEvent.input(field, { target: { value: "called, <b>kind</b>" } });
  await fireEvent.click(screen.getByTestId("note-write"));
  await waitFor(() => expect(screen.getByTestId("person").textContent).toContain("called, <b>kind</b>"));
});
