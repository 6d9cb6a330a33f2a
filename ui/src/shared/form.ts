// What forms have in common.
import { tick } from "svelte";

/** The keys go to the field that cannot be saved as it is, once it is marked. */
export async function goToFault(form: HTMLElement): Promise<void> {
  await tick();
  form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
}
