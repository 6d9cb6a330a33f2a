// The host in the real window: Tauri's IPC and its `page:` protocol.
import { Channel, convertFileSrc, invoke, type InvokeArgs, type InvokeOptions } from "@tauri-apps/api/core";
import { getCurrentWindow } from "@tauri-apps/api/window";
import type { Exported } from "./bindings/Exported";
import type { ExportStep } from "./bindings/ExportStep";
import type { WindowAnswer } from "./bindings/WindowAnswer";
import type { WorkDone } from "./bindings/WorkDone";
import type { WorkStep } from "./bindings/WorkStep";
import { DeskFailure, failureOf, type Method, type Params, type Platform, type Result } from "./seam";

export function tauriPlatform(): Platform {
  const pictures = convertFileSrc("", "page");
  return {
    async call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
      const answer = await ask<WindowAnswer>("rpc", { request: { method, params } });
      return answer.result as Result<M>;
    },
    export(issue, targets, told) {
      const channel = new Channel<ExportStep>();
      channel.onmessage = told;
      return ask<Exported>("export", { issue, targets, told: channel });
    },
    reveal: (issue, target) => ask("reveal", { issue, target }),
    work(number, work, told) {
      const channel = new Channel<WorkStep>();
      channel.onmessage = told;
      return ask<WorkDone>("work", { number, work, told: channel });
    },
    async handOver(file) {
      const bytes = new Uint8Array(await file.arrayBuffer());
      return ask<string>("hand_over", bytes, { headers: { name: encodeURIComponent(file.name) } });
    },
    revealList: (name) => ask("reveal_list", { name }),
    mailPictureUrl: (hash, width) => `${pictures}mail/${hash}/${width}.jpg`,
    pictureUrl: (issue, hash, ppi) => `${pictures}${issue}/${hash}/${ppi}.jpg`,
    beforeClose(finish) {
      void getCurrentWindow().onCloseRequested(async (event) => {
        if (!(await finish())) event.preventDefault();
      });
    },
    close: () => void getCurrentWindow().destroy(),
  };
}

async function ask<T>(command: string, params: InvokeArgs, options?: InvokeOptions): Promise<T> {
  try {
    return await invoke<T>(command, params, options);
  } catch (thrown) {
    throw new DeskFailure(failureOf(thrown));
  }
}
