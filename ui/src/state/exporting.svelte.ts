// Writing the issue's PDF: one at a time, with the time it takes, and what came out of it.
import type { BuiltPdf } from "../platform/bindings/BuiltPdf";
import type { Failure } from "../platform/bindings/Failure";
import { failureOf, type Platform } from "../platform/seam";

export type ExportState =
  | { readonly kind: "idle" }
  | { readonly kind: "busy" }
  | { readonly kind: "done"; readonly pdf: BuiltPdf }
  | { readonly kind: "failed"; readonly failure: Failure };

export class Exporting {
  state = $state.raw<ExportState>({ kind: "idle" });
  seconds = $state(0);
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async run(issue: string): Promise<void> {
    if (this.state.kind === "busy") return;
    this.state = { kind: "busy" };
    this.seconds = 0;
    const timer = setInterval(() => (this.seconds += 1), 1000);
    try {
      this.state = { kind: "done", pdf: await this.#platform.call("build", { issue }) };
    } catch (thrown) {
      this.state = { kind: "failed", failure: failureOf(thrown) };
    } finally {
      clearInterval(timer);
    }
  }

  close(): void {
    if (this.state.kind !== "busy") this.state = { kind: "idle" };
  }
}
