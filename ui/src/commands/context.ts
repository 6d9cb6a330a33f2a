import { getContext, setContext } from "svelte";
import type { Command } from "./command";

const KEY = Symbol("commands");

export const provideCommands = (commands: readonly Command[]): readonly Command[] =>
  setContext(KEY, commands);
export const useCommands = (): readonly Command[] => getContext<readonly Command[]>(KEY);

/** The command with this name; asking for one that is not in the catalogue is a mistake in the window. */
export function useCommand(id: string): Command {
  const found = useCommands().find((command) => command.id === id);
  if (found === undefined) throw new Error(`no command \`${id}\``);
  return found;
}
