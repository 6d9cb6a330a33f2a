// The host in the real window: Tauri's IPC and its `page:` protocol.
import { convertFileSrc, invoke } from "@tauri-apps/api/core";
import { getCurrentWindow } from "@tauri-apps/api/window";
import type { Answer } from "./bindings/Answer";
import { DeskFailure, failureOf, type Method, type Params, type Platform, type Result } from "./seam";

export function tauriPlatform(): Platform {
  const pictures = convertFileSrc("", "page");
  return {
    async call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
      try {
        const answer = await invoke<Answer>("rpc", { request: { method, params } });
        return answer.result as Result<M>;
      } catch (thrown) {
        throw new DeskFailure(failureOf(thrown));
      }
    },
    pictureUrl: (issue, hash, ppi) => `${pictures}${issue}/${hash}/${ppi}.jpg`,
    beforeClose(finish) {
      void getCurrentWindow().onCloseRequested(async (event) => {
        if (!(await finish())) event.preventDefault();
      });
    },
    close: () => void getCurrentWindow().destroy(),
  };
}
