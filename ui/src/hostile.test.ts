// Whatever a writer, a list, a server or a file name says is text: it becomes no element and runs nothing.
import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import App from "./App.svelte";
import DeliveryPage from "./deliveries/DeliveryPage.svelte";
import ImportResult from "./subscribers/ImportResult.svelte";
import Face from "./shared/Face.svelte";
import Said from "./shared/Said.svelte";
import Strip from "./shared/Strip.svelte";
import hostile from "./hostile.json";
import { FakePlatform } from "./platform/fake/platform";
import { Desk } from "./state/desk.svelte";
import { words } from "./words";

/** What might be written where nobody should, and what it might stand in. The journeys of the real window use them too. */
const TAGS: readonly string[] = hostile.tags;
const WRAPS = hostile.wraps.map(
  (wrap) =>
    (tag: string): string =>
      wrap
        .replace("$json", () => JSON.stringify(tag))
        .replace("$nul", () => tag.replaceAll("<", "<\u0000"))
        .replace("$", () => tag),
);
const PAYLOADS = WRAPS.flatMap((wrap) => TAGS.map(wrap));
/** Elements that no screen of these parts has of its own. */
const FOREIGN =
  "script, iframe, object, embed, video, audio, math, marquee, base, form[action], img[src=x], a[href^=javascript], [onload], [onerror], [onfocus], [ontoggle], [onstart], [onclick]";

function nothingRan(within: ParentNode): void {
  expect((window as { pwned?: unknown }).pwned).toBeUndefined();
  expect([...within.querySelectorAll(FOREIGN)].map(({ outerHTML }) => outerHTML)).toEqual([]);
}

test("there are enough of them, and an element made from one would be found", () => {
  expect(new Set(PAYLOADS).size).toBeGreaterThanOrEqual(200);
  const made = document.createElement("div");
  made.innerHTML = TAGS[1]!;
  expect(() => nothingRan(made)).toThrow();
});

test.each(["message", "hint"] as const)("a failure's %s is text", (part) => {
  for (const payload of PAYLOADS) {
    const props = part === "message" ? { message: payload } : { message: "no", hint: payload };
    const { container, unmount } = render(Strip, props);
    expect(container.textContent).toContain(payload.replaceAll("`", "").slice(0, 12));
    nothingRan(container);
    unmount();
  }
});

test("a sentence of the desk and an empty place are text", () => {
  for (const payload of PAYLOADS) {
    const said = render(Said, { text: payload });
    const face = render(Face, { kind: "failed", title: payload, hint: payload });
    nothingRan(said.container);
    nothingRan(face.container);
    said.unmount();
    face.unmount();
  }
});

/** A window over a desk whose every answer holds this. */
async function open(payload: string): Promise<{ desk: Desk; platform: FakePlatform; close: () => void }> {
  const platform = new FakePlatform();
  const desk = new Desk(platform, null);
  platform.texts.set(
    "audit",
    `---\ntitle: ${JSON.stringify(payload)}\nsection: ${JSON.stringify(payload)}\n---\n\n${payload}\n`,
  );
  platform.people.list = platform.people.list
    .slice(0, 3)
    .map((person) => ({ ...person, name: payload, city: payload, tags: [payload] }));
  platform.people.returned = platform.people.returned.map((line) => ({
    ...line,
    words: payload,
    address: payload,
  }));
  const { unmount } = render(App, { desk });
  await desk.open();
  return { desk, platform, close: unmount };
}

// One payload of each kind goes through the whole window; every one of them through the parts.
test.each(TAGS.map((tag, index) => [WRAPS[index % WRAPS.length]!(tag)]))(
  "an article, its front matter, a subscriber, a return: %s",
  async (payload) => {
    const { desk, close } = await open(payload);
    await desk.openArticle("audit");
    await waitFor(() => expect(screen.getByTestId("editor").dataset["article"]).toBe("audit"));
    nothingRan(document);
    desk.viewing.go("subscribers");
    // Fetched when it is first wanted.
    await waitFor(() => screen.getByTestId("people-count"));
    await desk.subscribers.look("reader00001@example.org");
    await waitFor(() => screen.getByTestId("person"));
    nothingRan(document);
    await fireEvent.click(screen.getByTestId("people-returns"));
    await waitFor(() => screen.getAllByTestId("return"));
    nothingRan(document);
    close();
  },
);

vi.mock("./state/context", async (original) => {
  const real = await original<typeof import("./state/context")>();
  return { ...real, useDesk: () => hostileDesk ?? real.useDesk() };
});
let hostileDesk: Desk | null = null;

test("a server's words and a list's cells are text", () => {
  for (const payload of PAYLOADS) {
    hostileDesk = new Desk(new FakePlatform(), null);
    hostileDesk.deliveries.attempts = [
      { at: "2026-11-22T10:00:00Z", stage: payload, code: 550, text: payload, outcome: payload },
    ];
    const delivery = {
      id: 1,
      address: payload,
      state: "failed",
      reason: payload,
      attempts: 1,
      code: 550,
      text: payload,
      due: null,
      changed: "2026-11-22T10:00:00Z",
    };
    const page = render(DeliveryPage, { delivery });
    nothingRan(page.container);
    page.unmount();
  }
  hostileDesk = null;
});

test("a list's headings, its cells and its file's name are text", () => {
  for (const payload of PAYLOADS) {
    const report = {
      id: null,
      rows: 1,
      new: 0,
      changed: 0,
      unchanged: 0,
      suppressed: 0,
      duplicates: 0,
      unreadable: 1,
      encoding: payload,
      columns: [{ heading: payload, field: "email" }],
      fields: ["email"],
      findings: [{ line: 2, code: "address-no-at", message: `there is no @: \`${payload}\`` }],
      found: 1,
    };
    const result = render(ImportResult, { report });
    nothingRan(result.container);
    result.unmount();
    const notice = render(Face, { kind: "empty", title: words.importing.job(payload) });
    nothingRan(notice.container);
    notice.unmount();
  }
});
