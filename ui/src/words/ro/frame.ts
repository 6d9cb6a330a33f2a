// What the frame around the places says, in Romanian.
import type { frame as english } from "../en/frame";
import { romanian as count } from "./count";

const people = (n: number): string => count(n, "persoană", "persoane");

export const frame: typeof english = {
  written: (n, name) => `${people(n)} în ${name}`,
  rail: {
    region: "Locuri",
    rooms: {
      issues: "Numere",
      newsletter: "Buletin",
      subscribers: "Abonați",
      deliveries: "Trimiteri",
      settings: "Setări",
    },
  },
  jobs: {
    region: "În lucru",
    past: "Recente",
    none: "Nimic nu este în lucru.",
    button: (n) => `${n} în lucru`,
    scheduled: (n) => count(n, "programată", "programate"),
    paused: (n) => `${n} în pauză`,
    toPaused: "Arată expedierea aflată în pauză",
    idle: "Nicio operație",
    idleElse: "Nicio altă operație",
    cancel: (title) => `Oprește: ${title}`,
    stopping: "Se oprește…",
    show: "Arată",
    close: "Închide",
    outcomes: { done: "Gata", stopped: "Oprit", failed: "Nereușit" },
  },
};
