// What the frame around the places says, in English.
import { counter } from "../count";

const count = counter("en");
const people = (n: number): string => count(n, "person", "people");

export const frame = {
  /** A list that was written. */
  written: (n: number, name: string) => `${people(n)} written to ${name}`,
  rail: {
    region: "Places",
    rooms: {
      issues: "Issues",
      newsletter: "Newsletter",
      subscribers: "Subscribers",
      deliveries: "Deliveries",
      settings: "Settings",
    } as Record<string, string>,
  },
  jobs: {
    region: "Under way",
    past: "Recent",
    none: "Nothing is under way.",
    button: (n: number) => `${n} under way`,
    scheduled: (n: number) => `${n} scheduled`,
    paused: (n: number) => `${n} paused`,
    toPaused: "Show the mailing that is paused",
    idle: "No jobs",
    idleElse: "No other jobs",
    cancel: (title: string) => `Stop: ${title}`,
    stopping: "Stopping…",
    show: "Show",
    close: "Close",
    outcomes: { done: "Done", stopped: "Stopped", failed: "Failed" } as Record<string, string>,
  },
};
