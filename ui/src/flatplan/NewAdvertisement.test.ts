// What a person sees and presses to put an advertisement into the running order and to take it out.
import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, expect, test } from "vitest";
import App from "../App.svelte";
import { adName } from "../platform/fake/order";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "../state/desk.svelte";

let platform: FakePlatform;
let desk: Desk;

beforeEach(async () => {
  platform = new FakePlatform();
  platform.media = ["media/lamp.png"];
  desk = new Desk(platform, null);
  render(App, { desk });
  await desk.open();
  await waitFor(() => screen.getByTestId("page-5"));
  await press("F7");
  await waitFor(() => screen.getByTestId("plan-5"));
});

const press = (key: string, init: KeyboardEventInit = {}): Promise<boolean> =>
  fireEvent.keyDown(document.activeElement ?? window, { key, ...init });
const field = (testid: string): HTMLInputElement => screen.getByTestId<HTMLInputElement>(testid);
const type = (testid: string, value: string) => fireEvent.input(field(testid), { target: { value } });
const pick = (testid: string, value: string) => fireEvent.change(field(testid), { target: { value } });
const said = (): string | null => screen.getByTestId("flatplan-said").textContent;
const gone = (): Promise<void> => waitFor(() => expect(screen.queryByTestId("new-advertisement")).toBeNull());
const has = (testid: string): Promise<void> =>
  waitFor(() => expect(document.activeElement === field(testid)).toBe(true));
const onEntry = (name: RegExp): Promise<void> =>
  waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toMatch(name));
const NEW = adName({ advertiser: "<b>Lamp & Co", size: "half" });

function focusEntry(name: string): void {
  document.querySelector<HTMLElement>(`[data-part="0"][aria-label^="${name}"]`)!.focus();
}

async function begin(): Promise<void> {
  screen.getByTestId("new-advertisement-open").focus();
  await fireEvent.click(screen.getByTestId("new-advertisement-open"));
  await has("ad-picture");
}

async function describe(): Promise<void> {
  await waitFor(() => expect(field("ad-picture").textContent).toContain("lamp.png"));
  await pick("ad-picture", "media/lamp.png");
  await type("ad-alt", "A lamp; “Light for less”");
  await type("ad-advertiser", "<b>Lamp & Co");
  await pick("ad-size", "half");
}

test("an advertisement comes behind the entry that the keys were at, and has them then", async () => {
  focusEntry("Contents");
  await begin();
  expect(screen.getByTestId("ad-where").textContent).toContain("after “Contents”");
  await describe();
  await fireEvent.click(screen.getByTestId("ad-place"));
  await gone();
  const call = platform.calls.find(({ method }) => method === "placeAdvertisement");
  expect(call?.params).toEqual({
    issue: "2026-q4",
    ad: {
      picture: "media/lamp.png",
      alt: "A lamp; “Light for less”",
      advertiser: "<b>Lamp & Co",
      size: "half",
    },
    place: { at: 3, revision: "1" },
  });
  expect(platform.order.slice(2, 4)).toEqual(["contents", NEW]);
  await onEntry(/^Ad: <b>Lamp & Co, page 4/);
  expect(said()).toBe("Ad: <b>Lamp & Co added, page 4");
  await waitFor(() => expect(desk.pages.busy).toBe(false));
  await onEntry(/^Ad: <b>Lamp/);
});

test("where the keys were at no entry it comes before the colophon", async () => {
  await begin();
  expect(screen.getByTestId("ad-where").textContent).toContain("before the colophon");
  await describe();
  await fireEvent.click(screen.getByTestId("ad-place"));
  await gone();
  expect(platform.order.at(-3)).toBe(NEW);
});

test("nothing comes behind the back cover", async () => {
  focusEntry("Back cover");
  await begin();
  await describe();
  await fireEvent.click(screen.getByTestId("ad-place"));
  await gone();
  expect(platform.order.slice(-2)).toEqual([NEW, "back-cover"]);
});

test("what is missing is said below its field, which has the keys", async () => {
  await begin();
  for (const [testid, value] of [
    ["ad-picture", "media/lamp.png"],
    ["ad-alt", "A lamp"],
    ["ad-advertiser", "Lamp & Co"],
  ] as const) {
    await fireEvent.click(screen.getByTestId("ad-place"));
    await has(testid);
    const fault = document.getElementById(field(testid).getAttribute("aria-describedby")!);
    expect(fault?.textContent).toMatch(/^(Choose its picture|Say in a sentence what it shows|Say who pays)/);
    await waitFor(() => expect(field("ad-picture").textContent).toContain("lamp.png"));
    await (testid === "ad-picture" ? pick : type)(testid, value);
  }
  expect(platform.orderRevision).toBe(1);
  await fireEvent.click(screen.getByTestId("ad-place"));
  await gone();
});

test("a picture from a file is in the issue once the form is saved, and not before", async () => {
  await begin();
  const file = new File(["x"], "lamp-ad.png", { type: "image/png" });
  await fireEvent.change(field("ad-picture-file"), { target: { files: [file] } });
  await type("ad-alt", "A lamp");
  await type("ad-advertiser", "Lamp & Co");
  expect(platform.handed).toEqual([]);
  platform.failNext.addPicture = { code: "no-picture", message: "it is none", hint: null, place: null };
  await fireEvent.click(screen.getByTestId("ad-place"));
  await waitFor(() => expect(field("ad-picture").getAttribute("aria-invalid")).toBe("true"));
  expect(screen.getByRole("alert", { hidden: true }).textContent).toContain("It is none");
  platform.handed.length = 0;
  await fireEvent.click(screen.getByTestId("ad-place"));
  await gone();
  expect(platform.handed).toEqual(["lamp-ad.png"]);
  const call = platform.calls.find(({ method }) => method === "placeAdvertisement");
  expect(call?.params).toMatchObject({ ad: { picture: "media/lamp-ad.png", size: "full" } });
});

test("what another program wrote is not written over, and the next try sees it", async () => {
  focusEntry("Contents");
  await begin();
  await describe();
  platform.orderRevision += 1;
  const before = platform.order;
  await fireEvent.click(screen.getByTestId("ad-place"));
  await waitFor(() =>
    expect(screen.getByRole("alert", { hidden: true }).textContent).toContain("another program"),
  );
  expect(platform.order).toEqual(before);
  await waitFor(() => expect(desk.flatplan.plan!.revision).toBe("2"));
  await fireEvent.click(screen.getByTestId("ad-place"));
  await gone();
  expect(platform.order[3]).toBe(NEW);
});

test("a form that is left has written nothing and can be had again", async () => {
  await begin();
  await type("ad-advertiser", "Lamp & Co");
  await fireEvent.click(screen.getByTestId("dialog-close"));
  await gone();
  await waitFor(() =>
    expect(document.activeElement === screen.getByTestId("new-advertisement-open")).toBe(true),
  );
  expect(platform.orderRevision).toBe(1);
  await fireEvent.click(screen.getByTestId("notice-action"));
  await waitFor(() => expect(field("ad-advertiser").value).toBe("Lamp & Co"));
});

test("Delete takes an advertisement out, and the notice puts it back", async () => {
  const before = platform.order;
  focusEntry("Ad: World Smart Cities");
  await press("Delete");
  await waitFor(() => expect(platform.order).toEqual(before.filter((name) => name !== "ad")));
  expect(said()).toMatch(/^“Ad: World Smart Cities Organization” is out of the running order/);
  await onEntry(/^Contents, page 2/);
  await fireEvent.click(screen.getByTestId("notice-action"));
  await waitFor(() => expect(platform.order).toEqual(before));
  await onEntry(/^Ad: World Smart Cities Organization, page 2/);
  expect(said()).toBe("Ad: World Smart Cities Organization is back, page 2");
});

test("Delete that is held down takes nothing out", async () => {
  const before = platform.order;
  focusEntry("Ad: World Smart Cities");
  await press("Delete", { repeat: true });
  await new Promise((done) => setTimeout(done, 50));
  expect(platform.order).toEqual(before);
});

test("an answer that comes late does not change the pictures of another form", async () => {
  const call = platform.call.bind(platform);
  const late: (() => void)[] = [];
  platform.call = async (method, params) => {
    if (method === "mediaFolder") await new Promise<void>((go) => late.push(go));
    return await call(method, params);
  };
  desk.advertising.begin();
  desk.advertising.leave();
  await desk.beginning.issue("2027-q1");
  desk.advertising.begin();
  expect(late.length).toBe(2);
  late[1]!();
  await waitFor(() => expect(desk.advertising.pictures).toContain("media/lamp.png"));
  platform.media = ["media/tram.png"];
  late[0]!();
  await new Promise((done) => setTimeout(done, 50));
  expect(desk.advertising.pictures).not.toContain("media/tram.png");
});

test("Delete takes nothing else out, and nothing that somebody else changed", async () => {
  const before = platform.order;
  focusEntry("Contents");
  await press("Delete");
  focusEntry("Ad: World Smart Cities");
  platform.orderRevision += 1;
  await press("Delete");
  await waitFor(() => expect(desk.notices.list.at(-1)?.kind).toBe("error"));
  expect(platform.order).toEqual(before);
});
