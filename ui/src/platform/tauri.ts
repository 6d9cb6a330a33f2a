// The host in the real window: Tauri's IPC and its `page:` protocol.
import { Channel, convertFileSrc, invoke } from "@tauri-apps/api/core";
import { getCurrentWindow } from "@tauri-apps/api/window";
import type { Answer } from "./bindings/Answer";
import type { Exported } from "./bindings/Exported";
import type { ExportStep } from "./bindings/ExportStep";
import { DeskFailure, failureOf, type Method, type Params, type Platform, type Result } from "./seam";

export function tauriPlatform(): Platform {
  const pictures = convertFileSrc("", "page");
  return {
    async call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
      const answer = await ask<Answer>("rpc", { request: { method, params } });
      return answer.result as Result<M>;
    },
    export(issue, targets, told) {
      const channel = new Channel<ExportStep>();
      channel.onmessage = told;
      return ask<Exported>("export", { issue, targets, told: channel });
    },
    reveal: (issue, target) => ask("reveal", { issue, target }),
    pictureUrl: (issue, hash, ppi) => `${pictures}${issue}/${hash}/${ppi}.jpg`,
    beforeClose(finish) {
      void getCurrentWindow().onCloseRequested(async (event) => {
        if (!(await finish())) event.preventDefault();
      });
    },
    close: () => void getCurrentWindow().destroy(),
  };
}

async function ask<T>(command: string, params: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, params);
  } catch (thrown) {
    throw new DeskFailure(failureOf(thrown));
  }
}
