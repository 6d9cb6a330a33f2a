// The host in the real window: Tauri's IPC and its `page:` protocol.
import { Channel, convertFileSrc, invoke, type InvokeArgs, type InvokeOptions } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWindow } from "@tauri-apps/api/window";
import type { CalledView } from "./bindings/CalledView";
import type { Exported } from "./bindings/Exported";
import type { ExportStep } from "./bindings/ExportStep";
import type { WindowAnswer } from "./bindings/WindowAnswer";
import type { WorkDone } from "./bindings/WorkDone";
import type { WorkStep } from "./bindings/WorkStep";
import { askedAhead, type Question } from "./ahead";
import { DeskFailure, failureIn, type Method, type Params, type Platform, type Result } from "./seam";

export function tauriPlatform(first: readonly Question[]): Platform {
  const pictures = convertFileSrc("", "page");
  return {
    call: askedAhead(askDesk, first),
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
    async clipboardPicture() {
      const bytes = await ask<ArrayBuffer>("clipboard_picture", {});
      return bytes.byteLength === 0 ? null : new File([bytes], "picture.png", { type: "image/png" });
    },
    revealList: (name) => ask("reveal_list", { name }),
    mailPictureUrl: (hash, width) => `${pictures}mail/${hash}/${width}.jpg`,
    pictureUrl: (issue, hash, ppi) => `${pictures}${issue}/${hash}/${ppi}.jpg`,
    beforeClose(finish) {
      void getCurrentWindow().onCloseRequested(async (event) => {
        if (!(await finish())) event.preventDefault();
      });
    },
    called: () => ask<CalledView | null>("called", {}),
    whenCalled: (hear) => void listen("called", hear),
    // A window that keeps its size can be worked in all the same.
    zoom: (times) => void invoke("zoom", { times }).catch(() => {}),
    // The page's own store has it too, only later.
    note: (text) => void invoke("note", { text }).catch(() => {}),
    close: () => void getCurrentWindow().destroy(),
  };
}

async function askDesk<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
  const answer = await ask<WindowAnswer>("rpc", { request: { method, params } });
  return answer.result as Result<M>;
}

async function ask<T>(command: string, params: InvokeArgs, options?: InvokeOptions): Promise<T> {
  try {
    return await invoke<T>(command, params, options);
  } catch (thrown) {
    throw new DeskFailure(failureIn(thrown));
  }
}
