// The one typed door to the host. Everything the window knows about the publication comes through `call`.
import type { CalledView } from "./bindings/CalledView";
import type { Exported } from "./bindings/Exported";
import type { ExportStep } from "./bindings/ExportStep";
import type { Failure } from "./bindings/Failure";
import type { WindowAnswer } from "./bindings/WindowAnswer";
import type { WindowRequest } from "./bindings/WindowRequest";
import type { Work } from "./bindings/Work";
import type { WorkDone } from "./bindings/WorkDone";
import type { WorkStep } from "./bindings/WorkStep";
import { words } from "../words";

export type Method = WindowRequest["method"];
export type Params<M extends Method> = Extract<WindowRequest, { method: M }>["params"];
export type Result<M extends Method> = Extract<WindowAnswer, { method: M }>["result"];

export interface Platform {
  /** Asks the desk; rejects with a `DeskFailure`. */
  call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  /** Writes an issue's PDFs, one a target; `told` hears how far it is. Rejects with a `DeskFailure`. */
  export(issue: string, targets: readonly string[], told: (step: ExportStep) => void): Promise<Exported>;
  /** Shows a written PDF in the system's file manager; rejects with a `DeskFailure`. */
  reveal(issue: string, target: string): Promise<void>;
  /** Does a long work under a number of the window's own; `told` hears how far it is. Rejects with a `DeskFailure`. */
  work(number: number, work: Work, told: (step: WorkStep) => void): Promise<WorkDone>;
  /** Hands a file over to the desk; answers the name to ask for it by. Rejects with a `DeskFailure`. */
  handOver(file: File): Promise<string>;
  /** The picture on the clipboard, where the web view keeps it from the page. Rejects with a `DeskFailure`. */
  clipboardPicture(): Promise<File | null>;
  /** Shows a written list in the system's file manager; rejects with a `DeskFailure`. */
  revealList(name: string): Promise<void>;
  /** Where the picture of a mail is, for a place so many CSS pixels wide. */
  mailPictureUrl(hash: string, width: number): string;
  /** Where the picture of a page is. */
  pictureUrl(issue: string, hash: string, ppi: number): string;
  /** Runs `finish` when the window is asked to close; the window stays when it answers false. */
  beforeClose(finish: () => Promise<boolean>): void;
  /** What somebody asked to open when they started the program; told once. */
  called(): Promise<CalledView | null>;
  /** Runs `hear` when the program was started a second time and something is to be opened here. */
  whenCalled(hear: () => void): void;
  /** Shows the whole window so many times as large. */
  zoom(times: number): void;
  /** Keeps the page's own note beyond its end, however that comes. */
  note(text: string): void;
  /** Closes the window at once. */
  close(): void;
}

/** Why the desk could not answer, in words for the person at the desk. */
export class DeskFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** The failure in whatever was thrown, in the person's language; a fault of the window itself gets the code `window`. */
export function failureOf(thrown: unknown): Failure {
  const failure = failureIn(thrown);
  return { ...failure, ...words.failure(failure.code, failure.message) };
}

/** The same in the desk's own words. */
export function failureIn(thrown: unknown): Failure {
  if (thrown instanceof DeskFailure) return thrown.failure;
  if (isFailure(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "window", message, hint: null, place: null };
}

function isFailure(value: unknown): value is Failure {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}
