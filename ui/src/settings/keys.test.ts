import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, expect, test } from "vitest";
import App from "../App.svelte";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "../state/desk.svelte";

let platform: FakePlatform;
let desk: Desk;

beforeEach(() => {
  platform = new FakePlatform();
  desk = new Desk(platform, null);
  render(App, { desk });
});

async function settings(): Promise<void> {
  await desk.open();
  desk.viewing.go("settings");
}

test("a signing key is made once, and its records are there to be pasted", async () => {
  await settings();
  await fireEvent.click(await waitFor(() => screen.getByTestId("key-make")));
  const made = await waitFor(() => screen.getAllByTestId("signing-key"));
  expect(made.map((key) => key.textContent)).toEqual([
    expect.stringContaining("masthead._domainkey.example.org TXT"),
    expect.stringContaining("masthead-ed25519._domainkey.example.org TXT"),
  ]);
  expect(made[0]!.textContent).toContain(platform.mail.keys[0]!.record.value);
  expect(screen.getByTestId("signing-keys").textContent).toContain(
    'selectors = ["masthead", "masthead-ed25519"]',
  );
  expect(screen.queryByTestId("key-make")).toBeNull();
});

test("once letters are signed, nothing is left to be done", async () => {
  const record = { name: "masthead._domainkey.example.org", kind: "TXT", value: "v=DKIM1" };
  platform.mail.keys = [{ selector: "masthead", used: true, record }];
  await settings();
  await waitFor(() => screen.getByTestId("signing-key"));
  expect(screen.getByTestId("signing-keys").textContent).toContain("Letters are signed with it");
  expect(screen.getByTestId("signing-keys").textContent).not.toContain("publication.toml");
});

test("a key that could not be made is said, and asked for again", async () => {
  const message = "`/data/dkim` cannot be read or written";
  platform.failNext.makeSigningKey = { code: "key-file", message, hint: "check the disk", place: null };
  await settings();
  await fireEvent.click(await waitFor(() => screen.getByTestId("key-make")));
  const keys = screen.getByTestId("signing-keys");
  await waitFor(() => expect(keys.textContent).toContain("cannot be read or written"));
  await fireEvent.click(screen.getByTestId("key-make"));
  await waitFor(() => screen.getAllByTestId("signing-key"));
  expect(keys.textContent).not.toContain("cannot be read or written");
});
