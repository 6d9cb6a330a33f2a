import { beforeEach, expect, test } from "vitest";
import type { MailingView } from "../platform/bindings/MailingView";
import { FakePlatform } from "../platform/fake/platform";
import { Deliveries } from "./deliveries.svelte";
import { Jobs } from "./jobs.svelte";
import { Notices } from "./notices.svelte";

const launch = { edition: "2026-q4/launch", rehearsal: false } as MailingView;
let platform: FakePlatform;
let jobs: Jobs;
let notices: Notices;
let deliveries: Deliveries;

beforeEach(() => {
  platform = new FakePlatform();
  jobs = new Jobs();
  notices = new Notices();
  deliveries = new Deliveries(platform, jobs, notices);
});

test.each(["certify", "export"] as const)(
  "what %s wrote is named by its file, and the button shows where that lies",
  async (how) => {
    await deliveries[how](launch);
    const [notice] = notices.list;
    expect(notice?.message).toMatch(/ written to list\.csv$/);
    expect(jobs.list[0]).toMatchObject({ outcome: "done", detail: notice!.message });
    notice!.action!.run();
    expect(platform.revealed).toEqual(["list.csv"]);
  },
);
