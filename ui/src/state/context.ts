import { getContext, setContext } from "svelte";
import type { Desk } from "./desk.svelte";

const KEY = Symbol("desk");

export const provideDesk = (desk: Desk): Desk => setContext(KEY, desk);
/** The desk this window is open on. */
export const useDesk = (): Desk => getContext<Desk>(KEY);
